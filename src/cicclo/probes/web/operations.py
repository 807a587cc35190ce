"""Every operation of the audits' pages and API."""

from cicclo.probes.web import api, audits, downloads, findings, library, platforms
from cicclo.probes.web.desk import Desk
from cicclo.web.operation import Operation


def operations(desk: Desk) -> list[Operation]:
    """One list: its order is the order of the API definition."""
    made: list[Operation] = []
    for module in (platforms, audits, findings, downloads, library, api):
        made += module.operations(desk)
    return made
