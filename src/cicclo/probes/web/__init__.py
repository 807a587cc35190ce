"""The probes' pages and API: what they need is in a Desk, what they offer in `operations`."""

from cicclo.probes.web.desk import Desk

__all__ = ["Desk", "operations"]

from cicclo.probes.web.operations import operations
