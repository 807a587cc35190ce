"""The transport against a hostile server: each trick gets its name, within its limits, and nothing is raised."""

import asyncio
import gzip
import resource
import ssl
import zlib
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest
import trustme
from tests.hostile.server import Hostile, announced, bomb, drip, endless, hostile, redirect, reply, silence

from cicclo.web.outgoing import AddressPolicy, Answer, Failure, Limits, LiveTransport, Pace, Request

LIMITS = Limits(connect=1, read=0.4, total=0.8, max_bytes=1 << 20, longest_retry_after=0.5)
FREE = Pace(concurrency=50, per_second=0, robots=False)
OPEN = AddressPolicy(allow_private=True)


def transport(**options: Any) -> LiveTransport:
    return LiveTransport(
        **{"user_agent": "cicclo-test/1", "limits": LIMITS, "pace": FREE, "addresses": OPEN, **options}
    )


def ask(
    routes: dict[str, Any], path: str = "/", headers: dict[str, str] | None = None, **options: Any
) -> tuple[Answer, Hostile]:
    """The answer to one GET, and the server as it ends."""

    async def run(server: Hostile, live: LiveTransport) -> Answer:
        return await live.send(Request.of("GET", server.url(path), headers))

    return with_server(routes, run, **options)


def with_server(
    routes: dict[str, Any], run: Callable[..., Awaitable[Any]], **options: Any
) -> tuple[Any, Hostile]:
    async def main() -> tuple[Any, Hostile]:
        async with hostile(routes, options.pop("tls", None)) as server:
            live = transport(**options)
            try:
                return await run(server, live), server
            finally:
                await live.aclose()

    return asyncio.run(main())


def failure(routes: dict[str, Any], path: str = "/", **options: Any) -> Failure | None:
    return ask(routes, path, **options)[0].failure


def test_a_correct_answer_is_kept_as_it_is() -> None:
    """Status, headers, body, length and elapsed time of an honest answer."""
    answer, server = ask({"/": reply(b'{"a": 1}', etag='"x"')})
    assert (answer.status, answer.body, answer.length, answer.header("etag")) == (200, b'{"a": 1}', 8, '"x"')
    assert answer.ok
    assert answer.elapsed > 0
    assert b"user-agent: cicclo-test/1" in server.seen[0]


def test_nobody_listens() -> None:
    """A closed port is an unreachable server."""

    async def run(server: Hostile, live: LiveTransport) -> Answer:
        async with hostile({}) as other:
            url = other.url("/")
        return await live.send(Request("GET", url))

    assert with_server({}, run)[0].failure is Failure.UNREACHABLE


@pytest.mark.parametrize(
    "url", ["ftp://a/", "file:///etc/passwd", "http://", "http://[bad", "http://a:99999/", "gopher://127.0.0.1/", "javascript:1", "//a/b", "http://a b/"]
)  # fmt: skip
def test_an_address_that_is_not_one(url: str) -> None:
    """Other schemes and broken addresses never reach the network."""
    answer, server = with_server({}, lambda server, live: live.send(Request("GET", url)))
    assert answer.failure is Failure.BAD_URL
    assert not server.seen


def test_a_name_that_does_not_exist() -> None:
    """The reserved domain `.invalid` (RFC 2606) has no address."""
    answer, _ = with_server({}, lambda server, live: live.send(Request("GET", "http://nowhere.invalid/")))
    assert answer.failure is Failure.UNKNOWN_HOST


# TLS


def certified(*names: str, **dates: datetime) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """A server's context and that of a client who trusts its authority."""
    authority = trustme.CA()
    server, client = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), ssl.create_default_context()
    authority.issue_cert(*names, **dates).configure_cert(server)
    authority.configure_trust(client)
    return server, client


def test_a_good_certificate() -> None:
    """A certificate for this address, by an authority we trust."""
    tls, verify = certified("127.0.0.1")
    assert failure({"/": reply(b"{}")}, tls=tls, verify=verify) is None


def test_an_expired_certificate() -> None:
    """The detail says that it has expired."""
    then = datetime.now(UTC) - timedelta(days=400)
    tls, verify = certified("127.0.0.1", not_before=then, not_after=then + timedelta(days=90))
    answer, _ = ask({"/": reply(b"{}")}, tls=tls, verify=verify)
    assert answer.failure is Failure.CERTIFICATE
    assert "expired" in answer.detail


def test_a_certificate_for_another_name() -> None:
    """The detail says which name was expected."""
    tls, verify = certified("other.example")
    answer, _ = ask({"/": reply(b"{}")}, tls=tls, verify=verify)
    assert answer.failure is Failure.CERTIFICATE
    assert "127.0.0.1" in answer.detail


def test_a_certificate_by_an_unknown_authority() -> None:
    """A self-made authority is not trusted by default."""
    tls, _ = certified("127.0.0.1")
    assert failure({"/": reply(b"{}")}, tls=tls) is Failure.CERTIFICATE


def test_https_on_a_clear_port_and_http_on_a_tls_port() -> None:
    """The wrong scheme has its own names: neither is a certificate problem."""

    async def run(server: Hostile, live: LiveTransport) -> Answer:
        other = "https" if server.scheme == "http" else "http"
        return await live.send(Request("GET", server.url("/").replace(server.scheme, other, 1)))

    assert with_server({"/": reply()}, run)[0].failure in (Failure.TLS, Failure.PROTOCOL)
    tls, verify = certified("127.0.0.1")
    assert with_server({"/": reply()}, run, tls=tls, verify=verify)[0].failure is Failure.PROTOCOL


# Redirects


def test_redirects_are_followed_and_told() -> None:
    """The final address and each hop are in the answer."""
    answer, server = ask({"/": redirect("/a"), "/a": redirect("b?x=1"), "/b": reply(b"{}")})
    assert [hop.location for hop in answer.hops] == [server.url("/a"), server.url("/b?x=1")]
    assert answer.url == server.url("/b?x=1")
    assert answer.ok
    assert answer.request.url == server.url("/")


def test_redirects_that_turn_round() -> None:
    """A loop is seen at once; a corridor without end, at the limit."""
    assert failure({"/": redirect("/a"), "/a": redirect("/")}) is Failure.REDIRECT_LOOP
    corridor = {f"/{n}": redirect(f"/{n + 1}") for n in range(50)}
    answer, server = ask(corridor, "/0")
    assert answer.failure is Failure.REDIRECT_LOOP
    assert len(server.seen) == LIMITS.max_redirects + 1


@pytest.mark.parametrize("location", ["", "file:///etc/passwd", "http://[bad", "javascript:alert(1)"])
def test_redirects_to_nowhere(location: str) -> None:
    """An address that may not be followed is told, not followed."""
    assert failure({"/": redirect(location)}) is Failure.BAD_REDIRECT


def test_the_first_answer_is_given_when_asked_for() -> None:
    """`x-cicclo-redirects: no` stops at the redirect, and is not sent."""
    answer, server = ask({"/": redirect("/a")}, headers={"x-cicclo-redirects": "no"})
    assert answer.status == 302
    assert answer.failure is None
    assert b"x-cicclo" not in server.seen[0].lower()


# Bodies


def test_an_endless_body_is_cut() -> None:
    """What was read is kept up to the limit, in bounded memory."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    answer, server = ask({"/": endless})
    assert answer.failure is Failure.TOO_LARGE
    assert answer.truncated
    assert len(answer.body) == LIMITS.max_bytes
    assert server.sent < 16 << 20
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 40 * 1024


def test_ten_gigabytes_are_refused_on_their_announcement() -> None:
    """Only the first bytes are read of what says it is too large."""
    answer, server = ask({"/": announced(10 << 30)})
    assert answer.failure is Failure.TOO_LARGE
    assert len(answer.body) == 16384
    assert server.sent < 16 << 20


def test_a_slow_drip_and_a_silence_end_in_time() -> None:
    """The total time holds although each read is in time; a silent server is a time-out."""
    answer, _ = ask({"/": drip})
    assert answer.failure is Failure.TOO_SLOW
    assert answer.elapsed < 2
    assert failure({"/": silence}) is Failure.TIMEOUT


def test_a_compression_bomb_is_not_inflated() -> None:
    """64 MB in 64 kB stop at the limit."""
    answer, _ = ask({"/": bomb(64)})
    assert answer.failure is Failure.TOO_LARGE
    assert len(answer.body) == LIMITS.max_bytes


def raw_deflate(body: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(body) + packer.flush()


PACKED = {
    "gzip": ("gzip", gzip.compress(b"hello")),
    "members": ("gzip", gzip.compress(b"hel") + gzip.compress(b"lo")),
    "padded": ("gzip", gzip.compress(b"hello") + b"\0" * 100),
    "zlib": ("deflate", zlib.compress(b"hello")),
    "raw": ("deflate", raw_deflate(b"hello")),
    "identity": ("identity", b"hello"),
    "twice": ("identity, gzip", gzip.compress(b"hello")),
}
BADLY = {
    "not gzip": ("gzip", b"hello"),
    "cut": ("gzip", gzip.compress(b"hello" * 99)[:-20]),
    "brotli": ("br", b"hello"),
    "nested": ("gzip, gzip", gzip.compress(gzip.compress(b"hello"))),
    "noise": ("deflate", b"\xff\xfe\xfd"),
}


@pytest.mark.parametrize("name", PACKED)
def test_encodings_that_can_be_read(name: str) -> None:
    """Gzip in one or several members, deflate with or without its zlib header."""
    encoding, body = PACKED[name]
    answer, _ = ask({"/": reply(body, content_encoding=encoding)})
    assert (answer.failure, answer.body) == (None, b"hello")


@pytest.mark.parametrize("name", BADLY)
def test_encodings_that_lie(name: str) -> None:
    """What does not decompress is told as such, with its status."""
    encoding, body = BADLY[name]
    answer, _ = ask({"/": reply(body, content_encoding=encoding)})
    assert (answer.failure, answer.status) == (Failure.BAD_ENCODING, 200)


async def _broken_chunks(write: Callable[[bytes], Awaitable[None]]) -> None:
    await write(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\nhello\r\n")


async def _short(write: Callable[[bytes], Awaitable[None]]) -> None:
    await write(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhello")


async def _huge_headers(write: Callable[[bytes], Awaitable[None]]) -> None:
    await write(b"HTTP/1.1 200 OK\r\n" + b"x-a: " + b"a" * 300_000 + b"\r\n\r\n")


async def _not_http(write: Callable[[bytes], Awaitable[None]]) -> None:
    await write(b"220 ftp.example ready\r\n")


@pytest.mark.parametrize("behaviour", [_broken_chunks, _short, _huge_headers, _not_http])
def test_what_is_not_correct_http(behaviour: Any) -> None:
    """Broken chunks, bodies cut short, headers without end, another protocol."""
    assert failure({"/": behaviour}) is Failure.PROTOCOL


def test_no_header_can_be_smuggled() -> None:
    """Line ends in values and addresses do not make new lines on the wire."""
    headers = {"accept": "a\r\nx-evil: 1"}
    _, server = ask({"/": reply()}, "/?a=b\r\nx-evil2: 1 é", headers=headers)
    assert len(server.seen) == 1
    assert not any(line.startswith(b"x-evil") for line in server.seen[0].split(b"\r\n"))


def test_a_range_that_the_server_ignores_is_cut_without_failure() -> None:
    """The wanted bytes are kept; the rest of the file is not read."""
    answer, server = ask({"/": announced(1 << 30)}, headers={"range": "bytes=0-16383"})
    assert (answer.failure, answer.truncated, answer.length) == (None, True, 16384)
    assert server.sent < 16 << 20


def test_a_glance_reads_texts_whole_and_the_start_of_the_rest() -> None:
    """Discovery does not fetch a raster to see that it is one."""
    peek = {"x-cicclo-peek": "16384"}
    raster, server = ask({"/": reply(b"II*\0" + bytes(1 << 19))}, headers=peek)
    assert (raster.length, raster.truncated, raster.failure) == (
        16384,
        True,
        None,
    )
    assert b"peek" not in server.seen[0]
    text, _ = ask({"/": reply(b"[" + b" " * 100_000 + b"]")}, headers=peek)
    assert (text.length, text.truncated) == (100_002, False)
    wide = "<a>é</a>".encode("utf-16") * 5000
    assert ask({"/": reply(wide)}, headers=peek)[0].length == len(wide)


# Manners


def test_no_more_connections_than_the_pace_allows() -> None:
    """Thirty requests at once arrive three by three."""

    async def slow(write: Callable[[bytes], Awaitable[None]]) -> None:
        await asyncio.sleep(0.01)
        await write(reply(b"{}", connection="close"))

    async def run(server: Hostile, live: LiveTransport) -> list[Answer]:
        return await asyncio.gather(*(live.send(Request("GET", server.url(f"/?{n}"))) for n in range(30)))

    answers, server = with_server({"/": slow}, run, pace=Pace(3, 0, robots=False))
    assert all(answer.ok for answer in answers)
    assert server.most_at_once == 3


def test_the_pace_is_kept_and_does_not_count_as_slowness() -> None:
    """Forty requests a second: eleven take a quarter of a second at least, and none is told too slow."""

    async def run(server: Hostile, live: LiveTransport) -> float:
        loop = asyncio.get_running_loop()
        started = loop.time()
        answers = await asyncio.gather(*(live.send(Request("GET", server.url(f"/?{n}"))) for n in range(11)))
        assert all(answer.ok for answer in answers)
        return loop.time() - started

    strict = Limits(total=0.15)
    assert with_server({"/": reply(b"{}")}, run, pace=Pace(4, 40, robots=False), limits=strict)[0] >= 0.25


def _refuse_once(retry_after: str) -> Callable[[Callable[[bytes], Awaitable[None]]], Awaitable[None]]:
    asked = 0

    async def behave(write: Callable[[bytes], Awaitable[None]]) -> None:
        nonlocal asked
        asked += 1
        refusal = reply(b"", "429 Too Many Requests", retry_after=retry_after, connection="close")
        await write(refusal if asked == 1 else reply(b"{}", connection="close"))

    return behave


def test_retry_after_is_waited_for() -> None:
    """In seconds; a date in the past is a pause of nothing, and is not a reason to insist."""
    limits = Limits(longest_retry_after=2)
    answer, server = ask({"/": _refuse_once("1")}, limits=limits)
    assert answer.ok
    assert len(server.seen) == 2
    past = format_datetime(datetime.now(UTC) - timedelta(days=1), usegmt=True)
    assert ask({"/": _refuse_once(past)}, limits=limits)[0].status == 429


def test_a_long_pause_closes_the_host() -> None:
    """When a server asks for an hour, it hears no more of us, and each request says why."""

    async def run(server: Hostile, live: LiveTransport) -> list[Answer]:
        return [await live.send(Request("GET", server.url(f"/?{n}"))) for n in range(3)]

    answers, server = with_server({"/": reply(b"", "503 Busy", retry_after="3600")}, run)
    assert [a.status for a in answers] == [503, 0, 0]
    assert len(server.seen) == 1
    assert answers[1].failure is Failure.ASKED_TO_WAIT


def test_robots_are_read_once_and_honoured() -> None:
    """The rule for our name counts, robots.txt itself is always allowed."""
    rules = reply(
        b"User-agent: cicclo-test\nDisallow: /private/\n\nUser-agent: *\nDisallow: /\n",
        content_type="text/plain",
    )

    async def run(server: Hostile, live: LiveTransport) -> list[Answer]:
        paths = ("/private/a", "/open", "/robots.txt", "/private/b")
        return await asyncio.gather(*(live.send(Request("GET", server.url(path))) for path in paths))

    answers, server = with_server({"/robots.txt": rules, "/open": reply(b"{}")}, run, pace=Pace(4, 0))
    assert [answer.failure for answer in answers] == [Failure.ROBOTS, None, None, Failure.ROBOTS]
    assert sorted(server.paths) == ["/open", "/robots.txt", "/robots.txt"]
