"""Part 1: how the parameters bbox, limit and datetime are described in the API definition."""

from collections.abc import Callable
from typing import Any

from cicclo.probes.check import check
from cicclo.probes.errors import Missing
from cicclo.probes.examples.site import Site
from cicclo.probes.model import Verdict, failed, inapplicable, passed
from cicclo.probes.protocols._openapi import Definition, whole
from cicclo.probes.protocols.ogcapi import Collection, OgcApi
from cicclo.probes.session import Ask

SMALL_DEFAULT = 1000


def redefine(name: str, **changes: Any) -> Callable[[Site], Site]:
    """A damage of the example: its API definition describes a parameter wrongly."""
    return lambda site: site.edit(
        "/ogcapi/api", lambda document: document["components"]["parameters"][name].update(changes)
    )


async def described(
    api: OgcApi, collection: Collection, ask: Ask, name: str
) -> tuple[Definition, dict[str, Any] | None]:
    if api.api_url:
        await ask.get(api.api_url, accept=api.api_accept)
    definition = api.described()
    if definition.path(collection.id, "items") is None:
        raise Missing("aucun chemin « items » dans la définition", "no items path in the definition")
    return definition, definition.items_parameter(collection.id, name)


async def definition_verdict(api: OgcApi, collection: Collection, ask: Ask, name: str, kind: str) -> Verdict:
    """The parameter is there, in the query, optional, `form` without explosion, of the type wanted."""
    definition, parameter = await described(api, collection, ask, name)
    if parameter is None:
        return failed(
            f"« {name} » n'est pas décrit", f"“{name}” is not described", at="/paths", code="absent"
        )
    explode = parameter.get("explode", parameter.get("style", "form") == "form")
    # explosion changes nothing for a single value; for a list it changes what is sent
    wrong = {
        "in": parameter.get("in") != "query",
        "required": parameter.get("required", False) is not False,
        "style": parameter.get("style", "form") != "form",
        "explode": explode is not False,
        "schema/type": definition.schema(parameter).get("type") != kind,
    }
    for place, bad in wrong.items():
        if bad:
            return failed(
                f"« {name} » : {place} incorrect",
                f"“{name}”: {place} is wrong",
                at=f"/{name}/{place}",
                code=place,
            )
    return passed()


@check(
    "ogcapi-features/core/fc-bbox-definition",
    on="ogcapi",
    each="collection",
    breaks=redefine("bbox", explode=True),
)
async def bbox(api: OgcApi, collection: Collection, ask: Ask) -> Verdict:
    verdict = await definition_verdict(api, collection, ask, "bbox", "array")
    definition, parameter = await described(api, collection, ask, "bbox")
    schema = definition.schema(parameter or {})
    choices = schema.get("oneOf")
    options = (
        [definition.resolve(one) for one in choices] if isinstance(choices, list) and choices else [schema]
    )
    counts = {(whole(one.get("minItems")), whole(one.get("maxItems"))) for one in options}
    if verdict.code or counts <= {(4, 6), (4, 4), (6, 6)}:
        return verdict
    return failed(
        f"« bbox » : nombres attendus {counts}",
        f"“bbox”: expected counts {counts}",
        at="/bbox/schema",
        code="items",
    )


@check(
    "ogcapi-features/core/fc-limit-definition",
    on="ogcapi",
    each="collection",
    breaks=redefine("limit", schema={"type": "string"}),
)
async def limit(api: OgcApi, collection: Collection, ask: Ask) -> Verdict:
    return await definition_verdict(api, collection, ask, "limit", "integer")


@check(
    "ogcapi-features/core/fc-time-definition",
    on="ogcapi",
    each="collection",
    breaks=redefine("datetime", required=True),
)
async def datetime(api: OgcApi, collection: Collection, ask: Ask) -> Verdict:
    return await definition_verdict(api, collection, ask, "datetime", "string")


@check(
    "ogcapi-features/crs/fc-crs-definition",
    on="ogcapi",
    each="collection",
    breaks=redefine("crs", style="simple"),
)
async def crs(api: OgcApi, collection: Collection, ask: Ask) -> Verdict:
    return await definition_verdict(api, collection, ask, "crs", "string")


@check(
    "ogcapi-features/crs/fc-bbox-crs-definition",
    on="ogcapi",
    each="collection",
    breaks=redefine("bbox-crs", required=True),
)
async def bbox_crs(api: OgcApi, collection: Collection, ask: Ask) -> Verdict:
    return await definition_verdict(api, collection, ask, "bbox-crs", "string")


@check(
    "ogcapi-features/items/limit-described",
    on="ogcapi",
    each="collection",
    breaks=redefine("limit", schema={"type": "integer", "minimum": 1}),
)
async def limit_described(api: OgcApi, collection: Collection, ask: Ask) -> Verdict:
    """GDAL and QGIS choose their page size from these two numbers."""
    definition, parameter = await described(api, collection, ask, "limit")
    if parameter is None:
        raise Missing("« limit » n'est pas décrit", "“limit” is not described")
    schema = definition.schema(parameter)
    absent = [name for name in ("default", "maximum") if whole(schema.get(name)) is None]
    if absent:
        names = ", ".join(absent)
        return failed(
            f"« limit » sans {names}", f"“limit” without {names}", at="/limit/schema", code=absent[0]
        )
    return passed(
        f"défaut {schema['default']}, maximum {schema['maximum']}",
        f"default {schema['default']}, maximum {schema['maximum']}",
    )


@check(
    "ogcapi-features/items/maximum-limit",
    on="ogcapi",
    each="collection",
    breaks=redefine("limit", schema={"type": "integer", "minimum": 1, "default": 10, "maximum": 20}),
)
async def maximum_limit(api: OgcApi, collection: Collection, ask: Ask) -> Verdict:
    """With a maximum of a few dozen, a client needs thousands of requests for one layer."""
    await described(api, collection, ask, "limit")
    maximum = api.maximum(collection)
    if maximum is None:
        return inapplicable("aucun maximum annoncé", "no maximum announced")
    if maximum < SMALL_DEFAULT // 10:
        return failed(
            f"pages de {maximum} objets au plus",
            f"pages of {maximum} features at most",
            at="/limit/schema/maximum",
        )
    return passed(f"maximum {maximum}", f"maximum {maximum}")
