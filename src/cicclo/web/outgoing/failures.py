"""Which failure an exception of the network means."""

import ssl

import httpcore2

from cicclo.web.outgoing.addresses import PrivateAddress, UnknownHost
from cicclo.web.outgoing.model import Failure

_BY_TYPE: tuple[tuple[type[Exception] | tuple[type[Exception], ...], Failure], ...] = (
    (PrivateAddress, Failure.PRIVATE_ADDRESS),
    (UnknownHost, Failure.UNKNOWN_HOST),
    (ssl.SSLCertVerificationError, Failure.CERTIFICATE),
    (ssl.SSLError, Failure.TLS),
    (httpcore2.ConnectTimeout, Failure.UNREACHABLE),
    (httpcore2.TimeoutException, Failure.TIMEOUT),
    (httpcore2.ConnectError, Failure.UNREACHABLE),
    ((httpcore2.UnsupportedProtocol, httpcore2.LocalProtocolError), Failure.BAD_URL),
    # cut in the middle of an answer, or not HTTP at all
    ((httpcore2.ProtocolError, httpcore2.NetworkError), Failure.PROTOCOL),
)


def failure_of(error: Exception) -> tuple[Failure, str]:
    """Name the failure and its detail; raise the exception again when it is not one of the network's."""
    causes = _causes(error)
    for kinds, failure in _BY_TYPE:
        for cause in causes:
            if isinstance(cause, kinds):
                return failure, (getattr(cause, "verify_message", "") or str(cause))[:300]
    raise error


def _causes(error: Exception) -> list[BaseException]:
    causes: list[BaseException] = [error]
    while (cause := causes[-1].__cause__ or causes[-1].__context__) is not None and cause not in causes:
        causes.append(cause)
    return causes
