"""Which addresses may be reached: names are resolved here, once, and the connection goes to what was checked.

Checking a name and then letting a library resolve it again would let a DNS answer change in between
(DNS rebinding); so the network backend of the client resolves, checks and connects by itself, at every
connection, redirects included.
"""

import asyncio
import ipaddress
import socket
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass

from httpcore2 import AnyIOBackend, AsyncNetworkBackend, AsyncNetworkStream, ConnectError

SocketOptions = Iterable[
    tuple[int, int, int] | tuple[int, int, bytes | bytearray] | tuple[int, int, None, int]
]


class PrivateAddress(ConnectError):
    """The name resolves to an address that is not on the public internet."""


class UnknownHost(ConnectError):
    """The name does not resolve."""


Resolver = Callable[[str, int], Awaitable[list[str]]]
"""Turns a name (or an address written in any way) and a port into addresses."""

_NAT64 = ipaddress.ip_network("64:ff9b::/96")


async def system_resolver(host: str, port: int) -> list[str]:
    """Ask the system; raise UnknownHost for a name that it does not know."""
    try:
        infos = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise UnknownHost(host) from error
    return list(dict.fromkeys(str(info[4][0]) for info in infos))


@dataclass(frozen=True, slots=True)
class AddressPolicy:
    """`allow_private` opens loopback, private and link-local ranges: for the operator to say, never for a user."""

    allow_private: bool = False
    resolver: Resolver = system_resolver

    def allows(self, address: str) -> bool:
        """Tell whether an IP address (v4 or v6, mapped, 6to4, Teredo and NAT64 forms included) may be reached."""
        if self.allow_private:
            return True
        ip = ipaddress.ip_address(address.partition("%")[0])
        return _is_public(ip) and all(_is_public(inner) for inner in _inside(ip))

    async def resolve(self, host: str, port: int) -> list[str]:
        """Return the addresses of `host`, all of them allowed.

        Raises UnknownHost, or PrivateAddress when any of them is not allowed: a name with one public and
        one private address is a trap.
        """
        found = await self.resolver(host, port)
        for address in found:
            if not self.allows(address):
                raise PrivateAddress(f"{host} → {address}")
        return found


def _is_public(ip: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.ipv4_mapped or ip in _NAT64:
            return True  # the address inside decides
        if ip.is_site_local:
            return False
    # reserved covers what Python calls global although nobody routes it: ::/8 with its IPv4-compatible addresses
    return ip.is_global and not ip.is_multicast and not ip.is_reserved


def _inside(ip: ipaddress.IPv4Address | ipaddress.IPv6Address) -> list[ipaddress.IPv4Address]:
    """IPv4 addresses that an IPv6 address carries."""
    if isinstance(ip, ipaddress.IPv4Address):
        return []
    carried = [ip.ipv4_mapped, ip.sixtofour, *(ip.teredo or ())]
    if ip in _NAT64:
        carried.append(ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF))
    return [inner for inner in carried if inner is not None]


class GuardedBackend(AsyncNetworkBackend):
    """Connects to checked addresses only; TLS still verifies the name."""

    def __init__(self, policy: AddressPolicy) -> None:
        self._policy = policy
        self._inner = AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - the signature is httpcore's
        local_address: str | None = None,
        socket_options: SocketOptions | None = None,
    ) -> AsyncNetworkStream:
        addresses = await self._policy.resolve(host, port)
        last: Exception = ConnectError(host)
        for address in addresses:
            try:
                return await self._inner.connect_tcp(address, port, timeout, local_address, socket_options)
            except ConnectError as error:
                last = error
        raise last

    async def connect_unix_socket(
        self,
        path: str,
        timeout: float | None = None,  # noqa: ASYNC109, ARG002
        socket_options: SocketOptions | None = None,  # noqa: ARG002
    ) -> AsyncNetworkStream:
        raise PrivateAddress(path)

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)
