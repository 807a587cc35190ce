"""Services that answer badly: each gives a finding or a named trouble, and the audit goes on to the next."""

import asyncio
import json
import ssl
import tracemalloc
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import trustme
from tests.hostile.server import announced, bomb, drip, endless, hostile, redirect, reply, silence

from cicclo.probes.actions import audit
from cicclo.probes.documents import json_of, text_of, xml_of
from cicclo.probes.errors import BadDocument
from cicclo.probes.evidence import Package, Spool, save
from cicclo.probes.examples import ogcapi, pmtiles
from cicclo.probes.examples.site import Site
from cicclo.probes.model import Finding, Options, Outcome, Report
from cicclo.probes.protocols.pmtiles import Unreadable, directory
from cicclo.probes.summary import summarise
from cicclo.web.outgoing import AddressPolicy, Answer, Limits, LiveTransport, Pace, Request

LIMITS = Limits(connect=1, read=0.4, total=0.6, max_bytes=1 << 20, retries=0)
OPTIONS = Options(today="2026-11-01", clients=False, real_clients=False, explore=False)
LAUGHS = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]><x>&b;</x>'
OUTSIDE = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>'
EXCEPTION = (
    b'<?xml version="1.0"?><ows:ExceptionReport xmlns:ows="http://www.opengis.net/ows/1.1" version="2.0.0">'
    b'<ows:Exception exceptionCode="NoApplicableCode"><ows:ExceptionText>boom</ows:ExceptionText></ows:Exception>'
    b"</ows:ExceptionReport>"
)
XML = {"content_type": "application/xml"}
HOSTILE: dict[str, Any] = {
    "/endless": endless,
    "/huge": announced(10 << 30),
    "/drip": drip,
    "/silence": silence,
    "/bomb": bomb(16),
    "/loop": redirect("/loop2"),
    "/loop2": redirect("/loop"),
    "/nowhere": redirect(""),
    "/laughs": reply(LAUGHS.encode(), **XML),
    "/outside": reply(OUTSIDE.encode(), **XML),
    "/html": reply(b"<!DOCTYPE html><html><body>Maintenance</body></html>"),
    "/exception": reply(EXCEPTION, **XML),
    "/deep": reply(b'{"links":' + b"[" * 200_000),
    "/broken": reply(b'{"links": [}'),
    "/empty": reply(b""),
    "/badgzip": reply(b"hello", content_encoding="gzip"),
    "/nul": reply(b"\0" * 5000),
    "/magic/tiff": reply(b"II*\0\xff\xff\xff\xff" + bytes(64)),
    "/magic/tiffloop": reply(b"II*\0\x08\0\0\0\x01\0" + bytes(12) + b"\x08\0\0\0" + bytes(64)),
    "/magic/parquet": reply(b"PAR1" + b"\xff" * 64 + b"\xff\xff\xff\x7fPAR1"),
    "/magic/fgb": reply(b"fgb\x03fgb\x01\x40\0\0\0" + b"\xff" * 128),
    "/magic/pmtiles": reply(b"PMTiles\x03" + b"\xff" * 200),
}


def run(
    routes: dict[str, Any],
    *paths: str,
    tls: ssl.SSLContext | None = None,
    save_to: Path | None = None,
    **network: Any,
) -> tuple[Report, str]:
    """Audit paths of a hostile server, and return the report with the server's base address."""
    network = {"addresses": AddressPolicy(allow_private=True), **network}

    async def main() -> tuple[Report, str]:
        async with hostile(routes, tls) as server:
            live = LiveTransport(user_agent="t", limits=LIMITS, pace=Pace(20, 0, robots=False), **network)
            spool = Spool()
            try:
                urls = [server.url(path) for path in paths]
                report = await audit(urls, transport=live, evidence=spool, options=OPTIONS)
                if save_to:
                    save(save_to, spool, b"{}", {})
                return report, server.url("")
            finally:
                spool.close()
                await live.aclose()

    return asyncio.run(main())


def served(site: Site, base: str = "https://good.example") -> dict[str, Any]:
    """The pages of an example's first level, for a server that knows paths only."""
    found = {}
    for path in ("/ogcapi/", "/ogcapi/conformance", "/ogcapi/collections", "/ogcapi/api"):
        answer = site.answer(Request("GET", base + path))
        found[path] = reply(answer.body, content_type=answer.headers.get("content-type", ""))
    return found


def internal(findings: list[Finding]) -> list[str]:
    return [f"{f.requirement}: {f.message.en}" for f in findings if f.code == "internal-error"]


def test_no_hostile_address_stops_the_audit_of_the_next() -> None:
    """Every trick in one audit, then a correct service: each is told, the last is audited."""
    routes = HOSTILE | served(ogcapi.site())
    report, base = run(routes, *HOSTILE, "/ogcapi/")
    told = {t.target for t in report.troubles} | {e.url for e in report.endpoints}
    assert {base + path for path in HOSTILE} <= told
    assert all(trouble.message.fr and trouble.message.en and trouble.code for trouble in report.troubles)
    assert internal(report.findings) == []
    audited = [f for f in report.findings if f.endpoint == base + "/ogcapi/" and f.outcome is Outcome.PASSED]
    assert len(audited) > 10


def test_troubles_have_the_name_of_what_happened() -> None:
    """What cannot be reached is told by its cause, not as “unrecognised”."""
    report, base = run(HOSTILE, "/endless", "/drip", "/silence", "/loop", "/nowhere", "/badgzip")
    codes = {t.target.removeprefix(base): t.code for t in report.troubles}
    assert codes == {
        "/endless": "too-large",
        "/drip": "too-slow",
        "/silence": "timeout",
        "/loop": "redirect-loop",
        "/nowhere": "bad-redirect",
        "/badgzip": "bad-encoding",
    }


@pytest.mark.parametrize("path", [path for path in HOSTILE if not path.startswith("/magic")])
def test_a_service_with_one_hostile_page_is_audited_all_the_same(path: str) -> None:
    """The landing page is right and /collections is not: a finding says so, and no check of ours breaks."""
    routes = served(ogcapi.site())
    landing = json.loads(routes["/ogcapi/"].partition(b"\r\n\r\n")[2])
    for link in landing["links"]:
        if link["rel"] == "data":
            link["href"] = "/ogcapi/collections"
    routes |= {
        "/ogcapi/": reply(json.dumps(landing).encode()),
        **HOSTILE,
        "/ogcapi/collections": HOSTILE[path],
    }
    report, _base = run(routes, "/ogcapi/")
    assert internal(report.findings) == []
    assert any(
        f.outcome in (Outcome.FAILED, Outcome.CANT_TELL) and f.requirement.startswith("ogcapi")
        for f in report.findings
    )


@pytest.mark.parametrize("path", [path for path in HOSTILE if path.startswith("/magic")])
def test_files_that_lie_about_themselves(path: str) -> None:
    """The magic number is right and nothing else is: the entry requirement fails and names the place."""
    report, base = run(HOSTILE, path)
    assert internal(report.findings) == []
    entry = [
        f
        for f in report.findings
        if f.requirement.endswith("/readable") and not f.requirement.startswith("http/")
    ]
    assert entry[0].outcome is Outcome.FAILED, entry
    assert entry[0].at.startswith(base)


def test_memory_stays_bounded_over_endless_bodies() -> None:
    """Twenty endless bodies do not add up."""
    tracemalloc.start()
    try:
        run({f"/{n}": endless for n in range(20)}, *(f"/{n}" for n in range(20)))
        assert tracemalloc.get_traced_memory()[1] < 40 << 20
    finally:
        tracemalloc.stop()


def test_an_expired_certificate_is_told_with_its_cause() -> None:
    """The trouble says “expired” and what to do, in both languages."""
    authority, tls = trustme.CA(), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    then = datetime.now(UTC) - timedelta(days=400)
    authority.issue_cert("127.0.0.1", not_before=then, not_after=then + timedelta(days=90)).configure_cert(
        tls
    )
    verify = ssl.create_default_context()
    authority.configure_trust(verify)
    report, base = run({"/": reply(b"{}")}, "/", tls=tls, verify=verify)
    assert [trouble.code for trouble in report.troubles] == ["certificate"]
    assert "expired" in report.troubles[0].message.fr
    assert "renew" in report.troubles[0].message.en
    (found,) = report.findings  # what nothing is recognised behind is judged all the same, with its proof
    assert (found.requirement, found.outcome, found.code) == (
        "http/tls/certificate",
        Outcome.FAILED,
        "certificate",
    )
    assert found.endpoint == base + "/"
    assert "expired" in found.message.fr
    assert found.evidence
    assert summarise(report).mandatory_failures == 1


def test_a_certificate_of_no_known_authority_is_a_finding() -> None:
    """Self-signed, as test servers forgotten on line are."""
    authority, tls = trustme.CA(), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(tls)
    report, _ = run({"/": reply(b"{}")}, "/", tls=tls, verify=ssl.create_default_context())
    assert [(f.requirement, f.outcome) for f in report.findings] == [("http/tls/certificate", Outcome.FAILED)]


def test_private_addresses_are_refused_by_default() -> None:
    """Without the operator's word, a loopback target is a trouble and receives nothing."""
    report, _ = run(served(ogcapi.site()), "/ogcapi/", addresses=AddressPolicy())
    assert [trouble.code for trouble in report.troubles] == ["private-address"]


def test_an_audit_that_was_redirected_replays_to_the_same_endpoint(tmp_path: Path) -> None:
    """The final address is in the evidence: a replay finds the same endpoint, with the same verdicts."""
    path = tmp_path / "evidence.zip"
    routes = served(ogcapi.site()) | {"/old": redirect("/ogcapi/")}
    report, base = run(routes, "/old", save_to=path)
    assert [endpoint.url for endpoint in report.endpoints] == [f"{base}/ogcapi/"]
    package, spool = Package(path), Spool()
    try:
        again = asyncio.run(audit([f"{base}/old"], transport=package, evidence=spool, options=OPTIONS))
    finally:
        spool.close()
        asyncio.run(package.aclose())
    assert [(f.key, f.outcome) for f in again.findings] == [(f.key, f.outcome) for f in report.findings]


# Documents


def answer(body: bytes, content_type: str = "application/xml") -> Answer:
    return Answer(
        Request("GET", "http://x.example/"), "http://x.example/", 200, (("content-type", content_type),), body
    )


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "iso-8859-15"])
@pytest.mark.parametrize(
    "document", [LAUGHS, OUTSIDE, LAUGHS.replace("<!DOCTYPE", "<!--" + " " * 70_000 + "--><!DOCTYPE")]
)
def test_entities_are_refused_wherever_they_hide(document: str, encoding: str) -> None:
    """In any encoding, and behind a long comment."""
    text = document.replace('version="1.0"', f'version="1.0" encoding="{encoding}"')
    with pytest.raises(BadDocument) as caught:
        xml_of(answer(text.encode(encoding)))
    assert caught.value.code == "xml-entities"


@pytest.mark.parametrize("encoding", ["utf-8", "iso-8859-15", "utf-16", "utf-16-le", "windows-1252"])
def test_capabilities_in_the_encodings_of_real_servers(encoding: str) -> None:
    """MapServer writes ISO-8859-15, some servers UTF-16: the text is the same."""
    declared = "utf-16" if encoding.startswith("utf-16") else encoding
    bom = "\ufeff" if encoding == "utf-16-le" else ""
    text = f'{bom}<?xml version="1.0" encoding="{declared}"?><Title>Région – œuvre €</Title>'
    root = xml_of(answer(text.encode(encoding, "xmlcharrefreplace")))
    assert "Région" in "".join(root.itertext())
    assert "€" in "".join(root.itertext())


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"<html><body>", "html-for-xml"),
        (b"<a><b></a>", "malformed-xml"),
        (b'<?xml version="1.0" encoding="klingon"?><a/>', "malformed-xml"),
        (b'<?xml version="1.0" encoding="UTF-8"?><a>\xe9</a>', "malformed-xml"),
        (b"", "malformed-xml"),
        (b"<a>" * 100_000, "malformed-xml"),
    ],
)
def test_xml_that_cannot_be_read(body: bytes, code: str) -> None:
    """HTML has its own code, the rest says where."""
    with pytest.raises(BadDocument) as caught:
        xml_of(answer(body))
    assert caught.value.code == code
    assert caught.value.at


@pytest.mark.parametrize(
    "body",
    [b"[" * 500_000, b'{"a":' * 100_000, b'{"a": NaN}', b"{'a': 1}", b"\xff\xfe{\0}\0", b"", b'"\xff"'],
)
def test_json_that_cannot_be_read(body: bytes) -> None:
    """Deep nesting, Python's own dialect, other encodings."""
    with pytest.raises(BadDocument) as caught:
        json_of(answer(body, "application/json"))
    assert caught.value.code == "invalid-json"


@pytest.mark.parametrize("charset", ["klingon", "hex", "undefined", "idna", "zlib", "utf-8"])
def test_any_charset_name_gives_a_text(charset: str) -> None:
    """Names that Python gives to other things than texts do not break the reading."""
    assert "caf" in text_of(answer("café".encode(), f"text/plain; charset={charset}"))


def test_a_hostile_archive_directory_is_bounded() -> None:
    """A PMTiles directory that announces a billion entries is refused, not allocated."""
    assert pmtiles.varint(300) == b"\xac\x02", "the example of the protobuf documentation"
    with pytest.raises(Unreadable):
        directory(pmtiles.varint(1 << 40) + b"\1" * 100)
