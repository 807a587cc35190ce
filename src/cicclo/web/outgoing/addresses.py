"""Which addresses may be reached: names are resolved here, once, and the connection goes to what was checked.

Checking a name and then letting a library resolve it again would let a DNS answer change in between
(DNS rebinding); so the network backend of the client resolves, checks and connects by itself, at every
connection, redirects included.
"""

import asyncio
import ipaddress
import socket
from collections.abc import Iterable
from dataclasses import dataclass

from httpcore2 import AnyIOBackend, AsyncNetworkBackend, AsyncNetworkStream, ConnectError

SocketOptions = Iterable[tuple[int, int, int] | tuple[int, int, bytes | bytearray] | tuple[int, int, None, int]]


class PrivateAddress(ConnectError):
    """The name resolves to an address that is not on the public internet."""


class UnknownHost(ConnectError):
    """The name does not resolve."""


@dataclass(frozen=True, slots=True)
class AddressPolicy:
    """`allow_private` opens loopback, private and link-local ranges: for the operator to say, never for a user."""

    allow_private: bool = False

    def allows(self, address: str) -> bool:
        """Tell whether an IP address (v4 or v6, mapped and NAT64 forms included) may be reached."""
        if self.allow_private:
            return True
        ip = ipaddress.ip_address(address.split("%")[0])
        if isinstance(ip, ipaddress.IPv6Address):
            inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None) or _nat64(ip)
            if inner is not None:
                return inner.is_global and not inner.is_multicast
        return ip.is_global and not ip.is_multicast

    async def resolve(self, host: str, port: int) -> list[str]:
        """Return the addresses of `host`, all of them allowed.

        Raises UnknownHost, or PrivateAddress when any of them is not allowed: a name with one public and
        one private address is a trap.
        """
        try:
            infos = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (socket.gaierror, UnicodeError) as error:
            raise UnknownHost(host) from error
        found = list(dict.fromkeys(str(info[4][0]) for info in infos))
        for address in found:
            if not self.allows(address):
                raise PrivateAddress(f"{host} → {address}")
        return found


def _nat64(ip: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    if ip in ipaddress.ip_network("64:ff9b::/96"):
        return ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
    return None


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
        timeout: float | None = None,  # noqa: ASYNC109
        socket_options: SocketOptions | None = None,
    ) -> AsyncNetworkStream:
        raise PrivateAddress(path)

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)
