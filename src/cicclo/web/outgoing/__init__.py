"""The one place every outgoing request goes through: limits, address checks, politeness, redaction."""

from cicclo.web.outgoing.addresses import AddressPolicy
from cicclo.web.outgoing.live import LiveTransport
from cicclo.web.outgoing.model import Answer, Failure, Hop, Limits, Pace, Request, Transport

__all__ = [
    "AddressPolicy",
    "Answer",
    "Failure",
    "Hop",
    "Limits",
    "LiveTransport",
    "Pace",
    "Request",
    "Transport",
]
