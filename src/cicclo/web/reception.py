"""Files that come with a form, or as the whole body: written to disk as they arrive, whatever their size."""

import asyncio
import re
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from shutil import rmtree
from typing import Any, BinaryIO
from urllib.parse import unquote

from python_multipart.exceptions import MultipartParseError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.requests import Request

from cicclo.kernel.errors import BadInput
from cicclo.kernel.text import Text
from cicclo.web.problems import TooLarge, TooSlow

MOST_FIELD = 64 * 1024
MOST_FIELDS = 40
SILENCE = 60.0  # seconds
BATCH = 1 << 20  # bytes handed to the disk at a time
_DIRECTORIES = re.compile(r"[/\\]")
_EXTENDED = re.compile(r"(?i)filename\*\s*=\s*utf-8'[\w-]*'([^;\s]+)")


@dataclass(frozen=True, slots=True)
class Received:
    """One file: `name` is what the sender calls it, without folders; `path` is where it is."""

    name: str
    path: Path
    size: int


@dataclass(frozen=True, slots=True)
class Reception:
    """`files` gives the most bytes of each field that is a file; `whole` is the one that a bare body stands for.

    `folder` makes a new folder for one request, or raises when there is no room; `drop` removes it when the request
    fails. Otherwise it is the handler's.
    """

    files: Mapping[str, int]
    whole: str
    folder: Callable[[], Path]
    drop: Callable[[Path], None]


@dataclass(slots=True)
class Files:
    """What came with one request."""

    folder: Path | None = None
    drop: Callable[[Path], None] = rmtree
    by_field: dict[str, Received] = field(default_factory=dict)

    def get(self, name: str) -> Received | None:
        return self.by_field.get(name)

    def discard(self) -> None:
        if self.folder:
            self.drop(self.folder)


def accepts(media_type: str) -> bool:
    """Tell whether a body of this type holds files: anything but the forms and objects that never do."""
    return media_type not in ("application/json", "application/x-www-form-urlencoded", "")


async def receive(
    request: Request, reception: Reception, check: Callable[[str], None]
) -> tuple[dict[str, Any], Files]:
    """Read the fields and write the files of a request.

    `check` is given the form's token before the first byte of a file is kept, and raises when it is not ours.
    """
    media_type, options = parse_options_header(request.headers.get("content-type", ""))
    _announced(request, reception)
    token = request.headers.get("x-csrf-token", "")
    whole = media_type != b"multipart/form-data"
    if whole:
        check(token)
    files = Files(await asyncio.to_thread(reception.folder), reception.drop)
    form: _Bare | _Multipart
    try:
        form = (
            _Bare(request, reception, files)
            if whole
            else _Multipart(options.get(b"boundary", b""), reception, files, token, check)
        )
        with closing(form):
            await _pour(request, form.feed, form.end)
    except BaseException:  # whatever ends the request, nothing of it stays
        files.discard()
        raise
    return form.fields, files


def _announced(request: Request, reception: Reception) -> None:
    """Refuse at once what says it is too large."""
    length = request.headers.get("content-length", "")
    most = sum(reception.files.values()) + MOST_FIELDS * MOST_FIELD
    if length.isdigit() and int(length) > most:
        raise too_large(max(reception.files.values()))


def too_large(most: int) -> TooLarge:
    return TooLarge(
        Text(f"fichier de plus de {most // 10**6} Mo", f"file of more than {most // 10**6} MB"),
        remedy=Text(
            "compresser le fichier (zip, gz), donner son adresse, ou le valider avec « cicclo validate »",
            "compress the file (zip, gz), give its address, or validate it with `cicclo validate`",
        ),
    )


async def _pour(request: Request, feed: Callable[[bytes], None], end: Callable[[], None]) -> None:
    """Hand the body on in batches, in a thread: neither the disk nor the parsing holds the server's loop."""
    async for batch in _batches(request):
        await asyncio.to_thread(feed, batch)
    await asyncio.to_thread(end)


async def _batches(request: Request) -> AsyncIterator[bytes]:
    """The body in large pieces; a sender who falls silent gives its place back."""
    waiting = bytearray()
    stream = request.stream()
    while True:
        try:
            async with asyncio.timeout(SILENCE):
                chunk = await anext(stream)
        except StopAsyncIteration:
            break
        except TimeoutError as error:
            raise TooSlow(
                Text(f"rien n'arrive depuis {SILENCE:.0f} s", f"nothing came for {SILENCE:.0f} s"),
                remedy=Text("envoyer le fichier à nouveau", "send the file again"),
            ) from error
        waiting += chunk
        if len(waiting) >= BATCH:
            yield bytes(waiting)
            waiting.clear()
    yield bytes(waiting)


class _Writer:
    """One file being written, within its limit."""

    def __init__(self, path: Path, name: str, most: int) -> None:
        self._path, self._name, self._most = path, name, most
        self._size = 0
        self._file: BinaryIO = path.open("wb")

    def write(self, data: bytes) -> None:
        self._size += len(data)
        if self._size > self._most:
            raise too_large(self._most)
        self._file.write(data)

    def close(self) -> None:
        self._file.close()

    def done(self) -> Received:
        self._file.close()
        return Received(self._name, self._path, self._size)


class _Bare:
    """The whole body is one file; its name is that of Content-Disposition (RFC 6266) when there is one."""

    def __init__(self, request: Request, reception: Reception, files: Files) -> None:
        name = safe_name(_disposition_name(request.headers.get("content-disposition", "")))
        assert files.folder is not None
        self.fields: dict[str, Any] = {}
        self._field, self._files = reception.whole, files
        self._writer = _Writer(
            files.folder / f"{reception.whole}.part", name, reception.files[reception.whole]
        )

    def feed(self, data: bytes) -> None:
        self._writer.write(data)

    def end(self) -> None:
        self._files.by_field[self._field] = self._writer.done()

    def close(self) -> None:
        self._writer.close()


class _Multipart:
    """multipart/form-data (RFC 7578), fed piece by piece."""

    def __init__(
        self, boundary: bytes, reception: Reception, files: Files, token: str, check: Callable[[str], None]
    ) -> None:
        self.fields: dict[str, Any] = {}
        self._reception, self._files, self._token, self._check = reception, files, token, check
        self._checked = self._ended = False
        self._header, self._value, self._headers = b"", b"", dict[str, bytes]()
        self._name = ""
        self._text: bytearray | None = None
        self._writer: _Writer | None = None
        if not boundary:
            raise _unreadable("boundary")
        self._parser = MultipartParser(
            boundary,
            {
                "on_part_begin": self._part_begins,
                "on_header_field": self._header_field,
                "on_header_value": self._header_value,
                "on_header_end": self._header_ends,
                "on_headers_finished": self._headers_end,
                "on_part_data": self._data,
                "on_part_end": self._part_ends,
                "on_end": self._all_ends,
            },
        )

    def feed(self, data: bytes) -> None:
        try:
            self._parser.write(data)
        except MultipartParseError as error:
            raise _unreadable(str(error)) from error

    def end(self) -> None:
        if not self._ended:
            raise _unreadable("…")
        self._verify()

    def close(self) -> None:
        if self._writer is not None:
            self._writer.close()

    def _verify(self) -> None:
        if not self._checked:
            self._check(self._token)
            self._checked = True

    def _part_begins(self) -> None:
        self._headers = {}

    def _header_field(self, data: bytes, start: int, end: int) -> None:
        self._header += data[start:end]

    def _header_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def _header_ends(self) -> None:
        self._headers[self._header.decode("latin-1").lower()] = self._value
        self._header, self._value = b"", b""

    def _headers_end(self) -> None:
        _, options = parse_options_header(self._headers.get("content-disposition", b""))
        self._name = options.get(b"name", b"").decode("utf-8", "replace")
        self._text, self._writer = None, None
        if self._name in self._reception.files:
            self._verify()
            self._open(safe_name(options.get(b"filename", b"").decode("utf-8", "replace")))
        else:
            self._text = bytearray()

    def _open(self, name: str) -> None:
        if self._name in self._files.by_field:
            raise BadInput(Text("champ donné deux fois", "field given twice"), at=self._name)
        assert self._files.folder is not None
        path = self._files.folder / f"{self._name}.part"
        self._writer = _Writer(path, name, self._reception.files[self._name])

    def _data(self, data: bytes, start: int, end: int) -> None:
        if self._writer is not None:
            self._writer.write(data[start:end])
        elif self._text is not None:
            self._text += data[start:end]
            if len(self._text) > MOST_FIELD:
                raise TooLarge(
                    Text(f"champ de plus de {MOST_FIELD} octets", f"field of more than {MOST_FIELD} bytes")
                )

    def _part_ends(self) -> None:
        if self._writer is not None:
            self._keep(self._writer.done())
        elif self._text is not None:
            self._keep_text(bytes(self._text).decode("utf-8", "replace"))

    def _keep(self, received: Received) -> None:
        """A field without a file is sent as an empty one without a name: nothing was chosen."""
        if received.size or received.name:
            self._files.by_field[self._name] = received
        else:
            received.path.unlink()

    def _keep_text(self, text: str) -> None:
        if self._name == "csrf":
            self._token = text
            return
        if self._name in self.fields or len(self.fields) >= MOST_FIELDS:
            raise BadInput(Text("champ donné deux fois", "field given twice"), at=self._name[:100])
        self.fields[self._name] = text

    def _all_ends(self) -> None:
        self._ended = True


def _disposition_name(header: str) -> str:
    """The file's name in a Content-Disposition, in its extended form (RFC 8187) if there is one."""
    if extended := _EXTENDED.search(header):
        return unquote(extended[1])
    _, options = parse_options_header(header)
    return options.get(b"filename", b"").decode("utf-8", "replace")


def safe_name(name: str) -> str:
    """A name without folders, control characters or leading dots, short enough for any file system."""
    last = _DIRECTORIES.split(name)[-1]
    shown = "".join(character for character in last if character.isprintable()).strip().lstrip(".")
    stem, dot, ending = shown.rpartition(".")
    return f"{stem[:120]}{dot}{ending[:20]}" if dot else shown[:120]


def _unreadable(detail: str) -> BadInput:
    return BadInput(
        Text(f"formulaire illisible ou incomplet ({detail})", f"unreadable or incomplete form ({detail})"),
        remedy=Text("multipart/form-data (RFC 7578)", "multipart/form-data (RFC 7578)"),
    )
