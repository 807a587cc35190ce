"""An old WFS (2.0 or 1.1) served as OGC API Features.

Small types, and those of services that do not page, are held whole and asked again after a while: every query is
then answered here. Bigger ones are asked page by page; what the service cannot be trusted with is done here too,
within a cost.
"""

import asyncio

from cicclo.features.model import Collection, GeometryKind, Kind
from cicclo.features.ports import Store
from cicclo.features.reading.cleaning import slug
from cicclo.features.stores import OPENERS, Opener, Source
from cicclo.features.stores._wfs import address as addresses
from cicclo.features.stores._wfs import asking, capabilities
from cicclo.features.stores._wfs.asking import Type
from cicclo.features.stores._wfs.held import WholeStore
from cicclo.features.stores._wfs.paged import PagedStore
from cicclo.features.stores._wfs.remote import Remote
from cicclo.kernel.text import NOTHING, Text
from cicclo.ogc import crs as crss


async def open_stores(source: Source) -> list[Store]:
    """One store per type; they share connections and answers."""
    return await connected(Remote(addresses.read(source.address, source.options or {})), source.collection)


async def connected(remote: Remote, wanted: str = "") -> list[Store]:
    """The stores of a service; `wanted` names the collection of a single type."""
    try:
        service = await capabilities.read(remote)
        learning = (asking.learn(remote, service, about) for about in service.types)
        types = await asyncio.gather(*learning)
        names = _names([each.about.name for each in types], wanted)
        return [await _store(each, name) for each, name in zip(types, names, strict=True)]
    except BaseException:
        await remote.close()
        raise


def _names(types: list[str], wanted: str) -> list[str]:
    """Names without the prefix of their namespace, where that is enough to tell them apart."""
    if wanted and len(types) == 1:
        return [wanted]
    bare = [name.rpartition(":")[2] for name in types]
    return [slug(short if bare.count(short) == 1 else name) for short, name in zip(bare, types, strict=True)]


async def _store(type_: Type, name: str) -> Store:
    if type_.pages and (type_.count is None or type_.count > type_.remote.address.keep):
        return PagedStore(type_, _described(type_, name))
    store = WholeStore(type_, _described(type_, name))
    await store.prepare()
    return store


def _described(type_: Type, name: str) -> Collection:
    about = type_.about
    dated = [each.name for each in type_.schema.properties if each.kind in (Kind.DATE, Kind.INSTANT)]
    return Collection(
        name,
        Text(about.title, about.title),
        Text(about.abstract, about.abstract) if about.abstract else NOTHING,
        type_.schema.properties,
        type_.schema.kind if type_.schema.geometry else GeometryKind.NONE,
        crss.offered(type_.storage, about.box),
        type_.storage,
        extent=about.box,
        instants=tuple(dated) if len(dated) == 1 else (),
        keywords=about.keywords,
        count=type_.count,
    )


OPENERS.add(Opener("wfs", lambda address: address.startswith(addresses.SCHEMES), open_stores))
