"""Addresses given by users never reach loopback or private ranges."""

import asyncio
from collections import deque
from typing import Any

import pytest
from tests.hostile.server import Hostile, hostile, redirect, reply

from cicclo.web.outgoing import AddressPolicy, Answer, Failure, LiveTransport, Pace, Request

FREE = Pace(concurrency=50, per_second=0, robots=False)
PRIVATE = [
    "127.0.0.1", "127.8.8.8", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0",
    "255.255.255.255", "224.0.0.1", "240.0.0.1", "198.18.0.1", "192.0.2.1", "::1", "::", "fe80::1", "fe80::1%eth0", "fd00::1",
    "fec0::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::7f00:1", "64:ff9b::7f00:1", "64:ff9b:1::a00:1",
    "2002:7f00:1::", "2002:a00:1::", "2001:0:4136:e378:8000:63bf:80ff:fffe", "2001:db8::1",
]  # fmt: skip
PUBLIC = ["8.8.8.8", "193.252.0.1", "2001:4860:4860::8888", "::ffff:8.8.8.8", "64:ff9b::808:808"]


@pytest.mark.parametrize("address", PRIVATE)
def test_addresses_that_are_not_public(address: str) -> None:
    """IANA special-purpose registries, and IPv4 addresses hidden in IPv6 ones."""
    assert not AddressPolicy().allows(address)
    assert AddressPolicy(allow_private=True).allows(address)


@pytest.mark.parametrize("address", PUBLIC)
def test_addresses_that_are_public(address: str) -> None:
    """Globally reachable addresses, plain or carried."""
    assert AddressPolicy().allows(address)


class OneIsPublic(AddressPolicy):
    """127.0.0.1 stands for a public address; everything else is judged as usual."""

    def allows(self, address: str) -> bool:
        return address == "127.0.0.1" or AddressPolicy().allows(address)


def names(**table: Any) -> OneIsPublic:
    """A policy whose names resolve to what the table says: a list, or a deque that gives one list at a time."""

    async def resolve(host: str, _port: int) -> list[str]:
        found = table.get(host.replace(".", "_"), [host])
        return found.popleft() if isinstance(found, deque) else found

    return OneIsPublic(resolver=resolve)


def ask(routes: dict[str, Any], policy: AddressPolicy, *urls: str) -> tuple[list[Answer], Hostile]:
    async def main() -> tuple[list[Answer], Hostile]:
        async with hostile(routes) as server:
            live = LiveTransport(user_agent="t", pace=FREE, addresses=policy)
            try:
                return [
                    await live.send(Request("GET", url.replace("PORT", str(server.port)))) for url in urls
                ], server
            finally:
                await live.aclose()

    return asyncio.run(main())


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "2130706433", "0177.0.0.1", "0x7f.1", "127.1", "0", "[::1]", "[::ffff:127.0.0.1]", "[::7f00:1]"]
)  # fmt: skip
def test_loopback_in_any_spelling(host: str) -> None:
    """The system understands decimal, octal and short forms: what is checked is what it made of them."""
    answers, server = ask({"/": reply(b"{}")}, AddressPolicy(), f"http://{host}:PORT/")
    assert answers[0].failure in (Failure.PRIVATE_ADDRESS, Failure.UNKNOWN_HOST)
    assert not server.seen


def test_a_name_that_resolves_to_a_private_address() -> None:
    """Nothing is sent."""
    answers, server = ask({"/": reply(b"{}")}, names(trap_example=["127.0.0.2"]), "http://trap.example:PORT/")
    assert answers[0].failure is Failure.PRIVATE_ADDRESS
    assert "127.0.0.2" in answers[0].detail
    assert not server.seen


def test_a_name_with_a_public_and_a_private_address() -> None:
    """One private answer among public ones refuses the name."""
    answers, server = ask({}, names(trap_example=["127.0.0.1", "10.0.0.1"]), "http://trap.example:PORT/")
    assert answers[0].failure is Failure.PRIVATE_ADDRESS
    assert not server.seen


def test_a_name_that_changes_between_two_requests() -> None:
    """Each connection resolves, checks and connects at once: there is no moment to swap the address."""
    table = deque([["127.0.0.1"], ["127.0.0.2"]])
    routes = {"/": reply(b"{}", connection="close")}
    answers, server = ask(
        routes, names(trap_example=table), "http://trap.example:PORT/", "http://trap.example:PORT/"
    )
    assert [answer.failure for answer in answers] == [None, Failure.PRIVATE_ADDRESS]
    assert len(table) == 0, "resolved once per connection"
    assert len(server.seen) == 1


@pytest.mark.parametrize("target", ["http://127.0.0.2:PORT/", "http://inner.example:PORT/", "http://169.254.169.254/latest/meta-data/", "http://[::1]:PORT/"])  # fmt: skip
def test_a_redirect_into_a_private_address(target: str) -> None:
    """A public page that points inside is followed as far as the refusal."""

    async def main() -> tuple[Answer, Hostile]:
        async with hostile({"/secret": reply(b"{}")}) as server:
            server.routes["/"] = redirect(target.replace("PORT", str(server.port)))
            live = LiveTransport(user_agent="t", pace=FREE, addresses=names(inner_example=["10.0.0.7"]))
            try:
                return await live.send(Request("GET", server.url("/"))), server
            finally:
                await live.aclose()

    answer, server = asyncio.run(main())
    assert answer.failure is Failure.PRIVATE_ADDRESS
    assert len(answer.hops) == 1
    assert len(server.seen) == 1


def test_the_operator_may_allow_private_addresses() -> None:
    """The same address answers when the operator says so."""
    answers, _ = ask({"/": reply(b"{}")}, AddressPolicy(allow_private=True), "http://127.0.0.1:PORT/")
    assert answers[0].ok
