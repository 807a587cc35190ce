"""Declaration of conformance: can it be read, and is it written as the standards do."""

from collections import Counter

from cicclo.ogc.conformance import faults
from cicclo.probes.check import check
from cicclo.probes.errors import Missing
from cicclo.probes.model import Verdict, failed, passed
from cicclo.probes.protocols.ogcapi import OgcApi
from cicclo.probes.session import Ask

CORES = (
    "ogcapi-common-1/",
    "ogcapi-features-1/",
    "ogcapi-records-1/",
    "ogcapi-tiles-1/",
    "ogcapi-edr-1/",
    "ogcapi-processes-1/",
)


@check(
    "ogcapi-common/conformance/readable",
    on="ogcapi",
    breaks=lambda site: site.edit("/ogcapi/conformance", lambda _document: {"conformance": []}),
)
async def readable(api: OgcApi, ask: Ask) -> Verdict:
    document = await ask.json(api.conformance_url)
    uris = document.get("conformsTo") if isinstance(document, dict) else None
    if isinstance(uris, list) and uris and all(isinstance(uri, str) for uri in uris):
        return passed(f"{len(uris)} classes annoncées", f"{len(uris)} classes announced")
    return failed(
        "« conformsTo » absent, vide ou mal formé",
        "“conformsTo” is absent, empty or malformed",
        at="/conformsTo",
    )


@check(
    "ogcapi-common/conformance/well-written",
    on="ogcapi",
    breaks=lambda site: site.edit_text(
        "/ogcapi/conformance",
        "http://www.opengis.net/spec/ogcapi-features-1",
        "https://www.opengis.net/spec/ogcapi-features-1",
    ),
)
async def well_written(api: OgcApi, ask: Ask) -> Verdict:
    """Clients compare these URIs to the letter; INSPIRE's own are published with `req`."""
    await ask.get(api.conformance_url, accept="application/json")
    if not api.conforms_to:
        raise Missing("aucune classe annoncée", "no class announced")
    for index, uri in enumerate(api.conforms_to):
        wrong = [name for name in faults(uri) if name != "draft"]
        if wrong:
            code = wrong[0]
            return failed(
                f"écriture fautive ({code}) : {uri}",
                f"wrongly written ({code}): {uri}",
                at=f"/conformsTo/{index}",
                code=code,
            )
    return passed()


@check(
    "ogcapi-common/conformance/no-draft",
    on="ogcapi",
    breaks=lambda site: site.edit_text(
        "/ogcapi/conformance", "ogcapi-features-3/1.0", "ogcapi-features-3/0.0"
    ),
)
async def no_draft(api: OgcApi, ask: Ask) -> Verdict:
    await ask.get(api.conformance_url, accept="application/json")
    drafts = [uri for uri in api.conforms_to if "draft" in faults(uri)]
    if drafts:
        message = f"{len(drafts)} : {drafts[0]}"
        return failed(
            f"classes de projets de norme, {message}",
            f"classes of draft standards, {message}",
            at="/conformsTo",
        )
    return passed()


@check(
    "ogcapi-common/conformance/no-duplicate",
    on="ogcapi",
    breaks=lambda site: site.edit(
        "/ogcapi/conformance", lambda document: document["conformsTo"].append(document["conformsTo"][0])
    ),
)
async def no_duplicate(api: OgcApi, ask: Ask) -> Verdict:
    await ask.get(api.conformance_url, accept="application/json")
    twice = [uri for uri, times in Counter(api.conforms_to).items() if times > 1]
    if twice:
        return failed(f"annoncée deux fois : {twice[0]}", f"announced twice: {twice[0]}", at="/conformsTo")
    return passed()


@check(
    "ogcapi-common/conformance/core-declared",
    on="ogcapi",
    breaks=lambda site: site.edit(
        "/ogcapi/conformance",
        lambda _document: {"conformsTo": ["http://www.opengis.net/spec/ogcapi-features-2/1.0/conf/crs"]},
    ),
)
async def core_declared(api: OgcApi, ask: Ask) -> Verdict:
    """Extensions without the core they extend leave clients unable to choose a driver."""
    await ask.get(api.conformance_url, accept="application/json")
    cores = [
        claim
        for claim in api.claims
        if claim.startswith(CORES) and claim.rsplit("/", 1)[-1] in ("core", "record-core", "landing-page")
    ]
    if cores:
        return passed()
    return failed("aucune classe « core » n'est annoncée", "no “core” class is announced", at="/conformsTo")
