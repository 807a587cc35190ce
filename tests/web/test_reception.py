"""Files received piece by piece, however the pieces fall."""

import asyncio
from pathlib import Path
from shutil import rmtree
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.requests import Request

from cicclo.web import reception
from cicclo.web.problems import TooSlow
from cicclo.web.reception import Files, Reception, receive

BOUNDARY = "the-boundary"


def request(chunks: list[bytes], pause: float = 0.0) -> Request:
    """A request whose body comes in these pieces."""
    left = iter(chunks)

    async def incoming() -> dict[str, Any]:
        await asyncio.sleep(pause)
        chunk = next(left, None)
        return {"type": "http.request", "body": chunk or b"", "more_body": chunk is not None}

    kind = f"multipart/form-data; boundary={BOUNDARY}".encode()
    scope = {"type": "http", "method": "POST", "headers": [(b"content-type", kind)], "query_string": b""}
    return Request(scope, incoming)


def form(content: bytes) -> bytes:
    """A token, a field and a file, as a browser sends them."""
    mark = f"--{BOUNDARY}\r\n".encode()
    disposition = b'content-disposition: form-data; name="'
    return b"".join(
        [
            mark + disposition + b'csrf"\r\n\r\nthe token\r\n',
            mark + disposition + b'note"\r\n\r\n' + "écrit".encode() + b"\r\n",
            mark
            + disposition
            + b'file"; filename="a.csv"\r\ncontent-type: text/csv\r\n\r\n'
            + content
            + b"\r\n",
            f"--{BOUNDARY}--\r\n".encode(),
        ]
    )


def received(sent: Request, folder: Path) -> tuple[dict[str, Any], Files, list[str]]:
    tokens: list[str] = []
    where = Reception({"file": 1 << 20}, "file", lambda: made(folder), rmtree)
    fields, files = asyncio.run(receive(sent, where, tokens.append))
    return fields, files, tokens


def made(folder: Path) -> Path:
    new = folder / str(len(list(folder.iterdir())))
    new.mkdir()
    return new


@given(st.binary(max_size=400), st.lists(st.integers(1, 60), min_size=1, max_size=40))
def test_the_pieces_do_not_matter(
    tmp_path_factory: pytest.TempPathFactory, content: bytes, cuts: list[int]
) -> None:
    """Any content, cut anywhere: the same fields, the same bytes, the token seen once, before the file."""
    folder = tmp_path_factory.mktemp("received")
    body, chunks = form(content), []
    for cut in cuts:
        chunks.append(body[:cut])
        body = body[cut:]
    fields, files, tokens = received(request([*chunks, body]), folder)
    found = files.get("file")
    assert found is not None
    assert found.path.read_bytes() == content
    assert (found.name, found.size) == ("a.csv", len(content))
    assert fields == {"note": "écrit"}
    assert tokens == ["the token"]
    files.discard()
    assert list(folder.iterdir()) == []


def test_a_sender_who_falls_silent_gives_its_place_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reception, "SILENCE", 0.05)
    with pytest.raises(TooSlow):
        received(request([b"--the"], pause=0.5), tmp_path)
    assert list(tmp_path.iterdir()) == []
