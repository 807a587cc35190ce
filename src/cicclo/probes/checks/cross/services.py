"""What the services of one platform say of themselves: scheme, host, licence."""

import re
import unicodedata
from typing import Any
from urllib.parse import urlsplit

from cicclo.ogc.links import find_links
from cicclo.probes.check import check
from cicclo.probes.errors import Missing
from cicclo.probes.model import Verdict, failed, passed
from cicclo.probes.protocol import Service
from cicclo.probes.protocols.platform import Platform
from cicclo.probes.session import Ask

LICENCES = {
    "Licence Ouverte": r"licence ouverte|open licence|etalab|lov?[- ]?2|etalab-2\.0",
    "ODbL": r"odbl|open database license",
    "CC BY-SA": r"cc[- ]by[- ]sa|by-sa",
    "CC BY": r"cc[- ]by(?!-)|creativecommons\.org/licenses/by/",
    "CC0": r"cc0|cc-zero|publicdomain/zero",
}


@check(
    "cross/services/scheme",
    on="platform",
    breaks=lambda site: site.edit(
        "*/endpoints.json", lambda entries: entries[0].update(url="http://good.example/all/wfs")
    ),
)
async def same_scheme(platform: Platform, ask: Ask) -> Verdict:
    plain = [
        service.endpoint.url
        for service in platform.services
        if urlsplit(service.endpoint.url).scheme == "http"
    ]
    if not plain or len(plain) == len(platform.services):
        return passed()
    return failed(
        f"{plain[0]} est en http alors que d'autres services de la plateforme sont en https",
        f"{plain[0]} is in http while other services of the platform are in https",
        at=plain[0],
    )


@check(
    "cross/services/licence",
    on="platform",
    breaks=lambda site: site.edit_text("*GetCapabilities*", "Licence Ouverte 2.0", "ODbL 1.0"),
)
async def same_licence(platform: Platform, ask: Ask) -> Verdict:
    """Capabilities (Fees, AccessConstraints), OpenAPI and links must name one licence."""
    told = {
        service.endpoint.id: named for service in platform.services if (named := licences(_texts(service)))
    }
    if len(told) < 2:
        raise Missing("moins de deux services nomment une licence", "fewer than two services name a licence")
    if set.intersection(*told.values()):
        return passed()
    said = " ; ".join(f"{where} : {', '.join(sorted(names))}" for where, names in told.items())
    return failed(
        f"licences différentes ({said})", f"different licences ({said})", at=next(iter(told)).split(" ", 1)[1]
    )


def licences(texts: list[str]) -> set[str]:
    """The licences that texts or addresses name."""
    folded = unicodedata.normalize("NFC", " ".join(texts)).casefold()
    return {name for name, pattern in LICENCES.items() if re.search(rf"(?<!\w)(?:{pattern})", folded)}


def _texts(service: Service) -> list[str]:
    about: Any = getattr(service, "about", None)
    texts = [getattr(about, "fees", ""), getattr(about, "access_constraints", "")]
    definition: Any = getattr(getattr(service, "definition", None), "document", {})
    info = definition.get("info") if isinstance(definition, dict) else None
    licence = info.get("license") if isinstance(info, dict) else None
    if isinstance(licence, dict):
        texts += [str(licence.get("name", "")), str(licence.get("url", ""))]
    for document in (getattr(service, "landing", {}), getattr(service, "listing", {})):
        texts += [
            f"{link.get('title', '')} {link.get('href', '')}" for link in find_links(document, "license")
        ]
    record: Any = getattr(service, "record", None)
    for constraint in getattr(record, "constraints", ()):
        texts += [f"{words.text} {words.href}" for words in (*constraint.others, *constraint.limitations)]
    return [text for text in texts if isinstance(text, str) and text]
