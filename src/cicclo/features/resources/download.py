"""`/collections/{collection}/download`: everything, in one file, streamed."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from datetime import UTC, datetime

from cicclo.features.http import encodings, paging
from cicclo.features.http.kept import PREPARED, prepared
from cicclo.features.http.streaming import bridge
from cicclo.features.http.writing import told_links
from cicclo.features.model import Collection, Query, View
from cicclo.features.ports import About
from cicclo.features.resources import RESOURCES, Ask, Content, Json, Prepared, Reply, Resource, link
from cicclo.kernel.errors import Unavailable
from cicclo.kernel.text import Text


async def download(ask: Ask) -> Reply:
    store = ask.store
    collection = store.collection
    format_ = encodings.format_of(ask.representation.name)
    crs = (("Content-Crs", f"<{collection.crs[0]}>"),)
    filename = f"{collection.id}.{format_.extension}"
    if format_.name == PREPARED and (file := prepared(store)):
        crs = (("Content-Crs", f"<{collection.storage_crs}>"),)
        return Prepared(file, format_.media_type, f"{store.version} {format_.name}", filename, crs)
    about = About(
        collection,
        View(),
        told_links(paging.download_links(ask)),
        datetime.now(UTC).replace(microsecond=0),
        ask.lang,
        matched=collection.count,
        title=collection.title,
    )
    pieces = bridge(store.stream(Query(limit=1)), lambda batches: format_.write(about, batches))
    return Content(
        _counted(ask, pieces),
        ask.representation.media_type,
        headers=crs,
        version=f"{store.version} {ask.representation.name}" if store.version else "",
        filename=filename,
        seconds=ask.service.limits.download_seconds,
    )


async def _counted(ask: Ask, pieces: AsyncGenerator[bytes, None]) -> AsyncGenerator[bytes, None]:
    """Few at once: each keeps a thread and a reader of the store busy."""
    if ask.usage.downloads >= ask.service.limits.downloads:
        raise Unavailable(
            Text("trop de téléchargements en cours", "too many downloads under way"),
            remedy=Text("réessayer dans quelques secondes", "try again in a few seconds"),
        )
    ask.usage.downloads += 1
    try:
        async with aclosing(pieces) as flow:
            async for piece in flow:
                yield piece
    finally:
        ask.usage.downloads -= 1


def _links(ask: Ask, collection: Collection) -> list[Json]:
    """`enclosure` for a file that announces its length (INSPIRE, bulk download); what is written as it goes is related."""
    title = collection.title.get(ask.lang)
    file = prepared(ask.service.store(collection.id))
    kept = {PREPARED: file.stat().st_size} if file else {}
    return [
        link(
            ask.href("collections", collection.id, "download", f=each.name),
            "enclosure" if each.name in kept else "related",
            each.media_type,
            f"{title} – {ask.say(each.title) or each.name}",
            hreflang=ask.lang,
            length=kept.get(each.name),
        )
        for each in encodings.of_downloads()
    ]


RESOURCES.add(
    Resource(
        name="download",
        path="/collections/{collection}/download",
        handler=download,
        summary=Text("Toute la collection", "The whole collection"),
        representations=encodings.of_downloads,
        collection_links=_links,
        prepared=False,
    )
)
