"""Keep what was exchanged, and pack it so that anyone can replay it offline.

The spool is one SQLite file, written as answers arrive. The package is a zip:
`manifest.json` (tool, targets, options, day, SHA-256 of every part), `exchanges.jsonl`, `bodies/<sha256>`,
`report.json`. Its digest, printed when it is made, is what two parties compare to hold the same proof.
"""

import hashlib
import json
import sqlite3
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec

from cicclo.kernel.errors import BadInput
from cicclo.kernel.text import Text
from cicclo.web.outgoing import Answer, Failure, Hop, Request
from cicclo.web.outgoing.redaction import safe_headers, safe_url

FORMAT = "cicclo-evidence/1"


class Spool:
    """Exchanges in one SQLite file (`:memory:` or a path)."""

    def __init__(self, path: Path | str = ":memory:") -> None:
        self._db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._db.execute("pragma journal_mode=wal")
        self._db.execute("pragma synchronous=normal")
        self._db.execute("create table if not exists exchange (key text primary key, head text, body blob)")

    def put(self, answer: Answer) -> None:
        head, body = pack(answer)
        self._db.execute(
            "insert or replace into exchange values (?, ?, ?)",
            (answer.request.key, head, zlib.compress(body, 1)),
        )

    def get(self, key: str) -> Answer | None:
        row = self._db.execute("select head, body from exchange where key = ?", (key,)).fetchone()
        return unpack(row[0], zlib.decompress(row[1])) if row else None

    def __iter__(self) -> Iterator[Answer]:
        for head, body in self._db.execute("select head, body from exchange order by rowid"):
            yield unpack(head, zlib.decompress(body))

    def close(self) -> None:
        self._db.close()


def pack(answer: Answer) -> tuple[str, bytes]:
    """Split an answer into a JSON head, redacted, and its body."""
    request = answer.request
    head = {
        "method": request.method,
        "url": safe_url(request.url),
        "request_headers": safe_headers(request.headers),
        "request_body": request.body.decode("utf-8", "replace"),
        "key": request.key,
        "status": answer.status,
        "headers": answer.headers,
        "hops": [[hop.status, hop.url, hop.location] for hop in answer.hops],
        "elapsed": answer.elapsed,
        "length": answer.length,
        "sha256": answer.sha256,
        "truncated": answer.truncated,
        "failure": answer.failure.value if answer.failure else None,
        "detail": answer.detail,
    }
    return json.dumps(head, ensure_ascii=False), answer.body


def unpack(head: str, body: bytes) -> Answer:
    """Rebuild an answer from its head and body."""
    raw: dict[str, Any] = json.loads(head)
    request = Request(
        raw["method"],
        raw["url"],
        tuple((n, v) for n, v in raw["request_headers"]),
        raw["request_body"].encode(),
    )
    return Answer(
        request=request,
        url=raw["url"],
        status=raw["status"],
        headers=tuple((name, value) for name, value in raw["headers"]),
        body=body,
        hops=tuple(Hop(*hop) for hop in raw["hops"]),
        elapsed=raw["elapsed"],
        length=raw["length"],
        sha256=raw["sha256"],
        truncated=raw["truncated"],
        failure=Failure(raw["failure"]) if raw["failure"] else None,
        detail=raw["detail"],
    )


def save(path: Path, evidence: Iterable[Answer], report: bytes, manifest: dict[str, Any]) -> str:
    """Write the package; return its digest (SHA-256 of the manifest)."""
    hashes: dict[str, str] = {}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:

        def add(name: str, data: bytes) -> None:
            if name not in hashes:
                # a fixed date: the same evidence gives the same bytes
                archive.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), data, zipfile.ZIP_DEFLATED)
                hashes[name] = hashlib.sha256(data).hexdigest()

        lines = []
        for answer in evidence:
            head, body = pack(answer)
            stored = hashlib.sha256(body).hexdigest()
            add(f"bodies/{stored}", body)
            lines.append(json.dumps({**json.loads(head), "stored": stored}, ensure_ascii=False))
        add("exchanges.jsonl", "\n".join(lines).encode())
        add("report.json", report)
        text = json.dumps(
            {"format": FORMAT, **manifest, "sha256": hashes}, ensure_ascii=False, indent=1, sort_keys=True
        )
        archive.writestr(zipfile.ZipInfo("manifest.json", (1980, 1, 1, 0, 0, 0)), text, zipfile.ZIP_DEFLATED)
    return hashlib.sha256(text.encode()).hexdigest()


class Package:
    """A saved package, opened and checked; also the transport that replays it.

    Raises BadInput when the file is not a package, or when a part does not match its hash.
    """

    def __init__(self, path: Path) -> None:
        try:
            self._archive = zipfile.ZipFile(path)
            self.manifest: dict[str, Any] = json.loads(self._archive.read("manifest.json"))
        except (OSError, zipfile.BadZipFile, KeyError, ValueError) as error:
            raise BadInput(
                Text("ce n'est pas un dossier de preuves cicclo", "this is not a cicclo evidence package"),
                at=str(path),
            ) from error
        self._verify(path)
        lines = self._archive.read("exchanges.jsonl").decode().splitlines()
        self._heads = {head["key"]: line for line in lines if (head := msgspec.json.decode(line))}

    def _verify(self, path: Path) -> None:
        for name, expected in self.manifest.get("sha256", {}).items():
            if hashlib.sha256(self._archive.read(name)).hexdigest() != expected:
                raise BadInput(
                    Text(f"la pièce {name} a été modifiée", f"part {name} has been changed"),
                    at=str(path),
                    remedy=Text("redemander le dossier d'origine", "ask for the original package"),
                )

    @property
    def report(self) -> bytes:
        return self._archive.read("report.json")

    def answer(self, key: str) -> Answer | None:
        """The recorded answer to the request with this key."""
        line = self._heads.get(key)
        return unpack(line, self._archive.read(f"bodies/{json.loads(line)['stored']}")) if line else None

    async def send(self, request: Request) -> Answer:
        """Answer from the record; a request that was never made fails as `not-recorded`."""
        found = self.answer(request.key)
        if found is None:
            return Answer(request=request, url=request.url, failure=Failure.NOT_RECORDED)
        return replace(found, request=request, url=found.hops[-1].location if found.hops else request.url)

    async def aclose(self) -> None:
        self._archive.close()
