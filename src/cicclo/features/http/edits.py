"""Changing features (OGC 20-002r1): who may, what is a feature, and which revision is meant."""

import re
from urllib.parse import unquote

from cicclo.features.errors import Changed
from cicclo.features.http import received, writers
from cicclo.features.http.guard import limited
from cicclo.features.http.ready import no_feature
from cicclo.features.ports import EditableStore
from cicclo.features.resources import Ask, Content
from cicclo.kernel.errors import BadInput
from cicclo.kernel.text import Text


class RevisionNeeded(BadInput):
    slug = "revision-needed"
    title = Text("If-Match manque", "If-Match is missing")
    status = 428


def revision_of(header: str, current: str) -> str:
    """The revision that If-Match names, the current one if it is among several; weak tags never match."""
    if header.strip() == "*":
        return current
    named = [unquote(each.rpartition(".")[0]) for each in re.findall(r'(?<!W/)"([^"]*)"', header)]
    return current if current in named else (named[0] if named else "")


async def _revision(ask: Ask, store: EditableStore) -> str:
    """What to hand to the store as `if_match`; the store compares it once more, within its transaction."""
    header = ask.headers.get("if-match", "")
    async with limited(ask.service.limits.seconds):
        current = await store.revision(ask.path["feature"])
    if current is None:
        raise no_feature(ask.path["feature"])
    if not header:
        raise RevisionNeeded(
            Text("dire quelle révision est visée", "say which revision is meant"),
            at="If-Match",
            remedy=Text("l'ETag reçu avec l'objet", "the ETag received with the feature"),
        )
    named = revision_of(header, current)
    if named != current:
        raise Changed(
            Text("l'objet a changé depuis", "the feature has changed since"),
            at="If-Match",
            remedy=Text("le relire, puis recommencer", "read it again, then retry"),
        )
    return named


async def create(ask: Ask) -> Content:
    """POST on items → 201 and Location."""
    store = _editable(ask)
    feature = await received.feature(ask)
    async with limited(ask.service.limits.seconds):
        name = await store.create(feature)
    where = ask.href("collections", ask.path["collection"], "items", name)
    return Content(b"", "", 201, (("Location", where), NO_STORE))


async def replace(ask: Ask) -> Content:
    """PUT on an item."""
    store = _editable(ask)
    named = await _revision(ask, store)
    feature = await received.feature(ask)
    async with limited(ask.service.limits.seconds):
        done = await store.replace(ask.path["feature"], {**feature, "id": ask.path["feature"]}, named)
    return _done(ask, done=done)


async def update(ask: Ask) -> Content:
    """PATCH on an item (RFC 7396): what is left out stays."""
    store = _editable(ask)
    named = await _revision(ask, store)
    patch = await received.patch(ask)
    async with limited(ask.service.limits.seconds):
        done = await store.update(ask.path["feature"], patch, named)
    return _done(ask, done=done)


async def delete(ask: Ask) -> Content:
    store = _editable(ask)
    named = await _revision(ask, store)
    async with limited(ask.service.limits.seconds):
        done = await store.delete(ask.path["feature"], named)
    return _done(ask, done=done)


NO_STORE = ("Cache-Control", "no-store")


def _done(ask: Ask, *, done: bool) -> Content:
    if not done:
        raise no_feature(ask.path["feature"])
    return Content(b"", "", 204, (NO_STORE,))


def _editable(ask: Ask) -> EditableStore:
    """The store, once the caller is known to be allowed: nothing of the request is read before."""
    writers.check(ask)
    store = ask.store
    assert isinstance(store, EditableStore)  # the route is only there for those
    return store
