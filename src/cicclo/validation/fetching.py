"""Documents and files given by their address: asked politely, kept with their fingerprint, usable without a network."""

import hashlib
import os
import re
import tempfile
import time
from collections.abc import Callable, Coroutine, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import unquote, urlsplit

import msgspec

import cicclo
from cicclo.kernel.text import Text
from cicclo.validation.errors import SchemaUnreadable, SourceUnreadable
from cicclo.validation.settings import Settings

if TYPE_CHECKING:
    from cicclo.web.outgoing import Answer, Request

T = TypeVar("T")
USER_AGENT = f"cicclo/{cicclo.__version__} (validation de donnees; +https://github.com/cicclo/cicclo)"
LARGEST_DOCUMENT = 32 << 20
AT_ONCE = 8
# what a content type says when the address does not: the reader of a file is chosen by its name
_ENDINGS = {
    "text/csv": ".csv",
    "text/tab-separated-values": ".tsv",
    "application/json": ".json",
    "application/geo+json": ".geojson",
    "application/geopackage+sqlite3": ".gpkg",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
    "application/vnd.oasis.opendocument.spreadsheet": ".ods",
    "application/vnd.ms-excel": ".xls",
    "application/zip": ".zip",
    "application/gzip": ".gz",
    "application/gml+xml": ".gml",
    "application/vnd.apache.parquet": ".parquet",
}


def is_address(text: str) -> bool:
    """Tell an http(s) address from a path or a name."""
    return text.lower().startswith(("http://", "https://"))


@dataclass(frozen=True, slots=True)
class Fetched:
    """One document as it came. `fetched` is the day and hour it was last known to be current (ISO 8601).

    `stale` says why an older copy was used (no network, server in error); empty when the copy is current.
    """

    url: str
    body: bytes
    sha256: str
    fetched: str
    media_type: str = ""
    stale: Text | None = None


class _Note(msgspec.Struct):
    """What is kept beside a body in the cache."""

    url: str
    sha256: str
    length: int
    fetched: str
    checked: float
    etag: str = ""
    modified: str = ""
    media_type: str = ""


class Cache:
    """A folder of documents; a body whose fingerprint is not the one noted is thrown away, never used."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._folder = settings.folder

    def _paths(self, url: str) -> tuple[Path, Path]:
        name = hashlib.sha256(url.encode()).hexdigest()[:40]
        return self._folder / f"{name}.json", self._folder / f"{name}.body"

    def kept(self, url: str) -> tuple[_Note, bytes] | None:
        """Return what the folder holds of `url`, when it is whole."""
        note_path, body_path = self._paths(url)
        try:
            note = msgspec.json.decode(note_path.read_bytes(), type=_Note)
            body = body_path.read_bytes()
        except (OSError, msgspec.DecodeError):
            return None
        whole = note.url == url and hashlib.sha256(body).hexdigest() == note.sha256
        return (note, body) if whole else None

    def keep(self, note: _Note, body: bytes | None = None) -> None:
        """Write the body, then its note: a run that is cut leaves at worst a note that does not fit, which is refused."""
        self._folder.mkdir(parents=True, exist_ok=True)
        note_path, body_path = self._paths(note.url)
        if body is not None:
            _replace(body_path, body)
        _replace(note_path, msgspec.json.encode(note))

    def document(self, url: str) -> Fetched:
        """Return one document; raise SchemaUnreadable when there is neither an answer nor a copy."""
        [found] = self.documents([url])
        if isinstance(found, SchemaUnreadable):
            raise found
        return found

    def documents(self, urls: Sequence[str]) -> list[Fetched | SchemaUnreadable]:
        """Return several documents, asked at the same time; an error takes the place of what cannot be had."""
        held = {url: self.kept(url) for url in dict.fromkeys(urls)}
        asked = [url for url, kept in held.items() if not self._current(kept)]
        answers = _run(self._ask(asked, held)) if asked else {}
        return [answers.get(url) or _held(held[url]) for url in urls]

    def _current(self, kept: tuple[_Note, bytes] | None) -> bool:
        if kept is None:
            return False
        return self._settings.offline or 0 <= time.time() - kept[0].checked < self._settings.fresh

    async def _ask(
        self, urls: Sequence[str], held: dict[str, tuple[_Note, bytes] | None]
    ) -> dict[str, Fetched | SchemaUnreadable]:
        if self._settings.offline:
            return {url: _missing(url) for url in urls}
        import asyncio  # noqa: PLC0415 - 40 ms

        from cicclo.web.outgoing import AddressPolicy, Limits, LiveTransport, Pace  # noqa: PLC0415 - 60 ms

        transport = LiveTransport(
            user_agent=USER_AGENT,
            limits=Limits(max_bytes=LARGEST_DOCUMENT, total=60),
            pace=Pace(robots=False),
            addresses=AddressPolicy(allow_private=self._settings.allow_private),
            redact=False,
        )
        gate = asyncio.Semaphore(AT_ONCE)

        async def one(url: str) -> Fetched | SchemaUnreadable:
            async with gate:
                return self._received(url, held[url], await transport.send(_request(url, held[url])))

        try:
            return dict(zip(urls, await asyncio.gather(*map(one, urls)), strict=True))
        finally:
            await transport.aclose()

    def _received(
        self, url: str, kept: tuple[_Note, bytes] | None, answer: "Answer"
    ) -> Fetched | SchemaUnreadable:
        if answer.status == 304 and kept:
            note = msgspec.structs.replace(kept[0], checked=time.time(), fetched=_now())
            self.keep(note)
            return _held((note, kept[1]))
        if answer.ok and not _is_page(answer.media_type, answer.body):
            note = _Note(
                url,
                answer.sha256,
                answer.length,
                _now(),
                time.time(),
                answer.header("etag"),
                answer.header("last-modified"),
                answer.media_type,
            )
            self.keep(note, answer.body)
            return _held((note, answer.body))
        return _held(kept, why_not(answer)) if kept else _refused(url, answer)


def _run(coroutine: Coroutine[Any, Any, T]) -> T:
    import asyncio  # noqa: PLC0415 - 40 ms, and most runs ask nothing

    return asyncio.run(coroutine)


def _request(url: str, kept: tuple[_Note, bytes] | None) -> "Request":
    from cicclo.web.outgoing import Request  # noqa: PLC0415

    headers = {"accept": "application/json, */*;q=0.5"}
    if kept and kept[0].etag:
        headers["if-none-match"] = kept[0].etag
    elif kept and kept[0].modified:
        headers["if-modified-since"] = kept[0].modified
    return Request.of("GET", url, headers)


def _held(kept: tuple[_Note, bytes] | None, stale: Text | None = None) -> Fetched:
    if kept is None:  # asked for only when there is a copy
        raise LookupError
    note, body = kept
    return Fetched(note.url, body, note.sha256, note.fetched, note.media_type, stale)


def _is_page(media_type: str, body: bytes) -> bool:
    start = body[:512].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return media_type in ("text/html", "application/xhtml+xml") or start.startswith(
        (b"<!doctype html", b"<html")
    )


def why_not(answer: "Answer") -> Text:
    """Say what keeps an answer from being used."""
    from cicclo.web.outgoing.model import FAILURE_TEXTS  # noqa: PLC0415

    if answer.failure:
        return FAILURE_TEXTS[answer.failure]
    if answer.ok:
        return Text("l'adresse répond une page HTML", "the address answers an HTML page")
    return Text(f"le serveur répond {answer.status}", f"the server answers {answer.status}")


def _refused(url: str, answer: "Answer") -> SchemaUnreadable:
    if answer.ok:
        return SchemaUnreadable(
            Text(
                "l'adresse répond une page HTML, non un schéma",
                "the address answers an HTML page, not a schema",
            ),
            at=safe(url),
            remedy=Text(
                "donner l'adresse du fichier lui-même (lien « brut » ou « raw »)",
                "give the address of the file itself (the “raw” link)",
            ),
        )
    return SchemaUnreadable(why_not(answer), at=safe(url))


def _missing(url: str) -> SchemaUnreadable:
    return SchemaUnreadable(
        Text("hors ligne, et absent de la réserve locale", "offline, and not in the local cache"),
        at=safe(url),
        remedy=Text(
            "le demander une fois avec le réseau, ou donner un fichier à --schema",
            "ask for it once with the network, or give --schema a file",
        ),
    )


def safe(url: str) -> str:
    """Return the address without what must not be shown: passwords, keys."""
    from cicclo.web.outgoing.redaction import safe_url  # noqa: PLC0415

    return safe_url(url)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def _replace(path: Path, data: bytes) -> None:
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".new-")
    with os.fdopen(handle, "wb") as file:
        file.write(data)
    Path(name).replace(path)


@contextmanager
def downloaded(
    url: str, settings: Settings, tell: Callable[[int, int], None] | None = None
) -> Iterator[Path]:
    """Give a file given by its address as a temporary file, named so that its reader is known; removed afterwards.

    Raises SourceUnreadable (`remote-source-error`) when it cannot be had within the limits.
    """
    with tempfile.TemporaryDirectory(prefix="cicclo-") as folder:
        path = Path(folder) / "body"
        answer = _run(_download(url, path, settings, tell))
        if not answer.ok or _is_page(answer.media_type, answer.body):
            raise SourceUnreadable(why_not(answer), kind="remote-source-error", at=safe(url))
        yield path.rename(path.with_name(_file_name(answer)))


async def _download(
    url: str, path: Path, settings: Settings, tell: Callable[[int, int], None] | None
) -> "Answer":
    from cicclo.web.outgoing import AddressPolicy, Limits, Pace, Request  # noqa: PLC0415
    from cicclo.web.outgoing.download import Download  # noqa: PLC0415

    with path.open("wb") as target:
        transport = Download(
            target,
            tell=tell,
            user_agent=USER_AGENT,
            limits=Limits(max_bytes=settings.largest, total=settings.longest),
            pace=Pace(robots=False),
            addresses=AddressPolicy(allow_private=settings.allow_private),
            redact=False,
        )
        try:
            return await transport.send(Request.of("GET", url))
        finally:
            await transport.aclose()


def _file_name(answer: "Answer") -> str:
    """Return a name that is safe on this disk, with the ending its reader is chosen by."""
    disposition = re.search(r'filename="?([^";]+)', answer.header("content-disposition"))
    said = (
        disposition.group(1)
        if disposition
        else unquote(urlsplit(answer.hops[-1].location if answer.hops else answer.url).path)
    )
    name = re.sub(r"[^\w.-]+", "_", said.replace("\\", "/").rsplit("/", 1)[-1]).strip("._")[-100:] or "data"
    return name if "." in name else name + _ENDINGS.get(answer.media_type, ".csv")
