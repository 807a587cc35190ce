"""Every operation of validation's pages and API."""

from cicclo.validation.web import api, pages
from cicclo.validation.web.desk import Desk
from cicclo.web.operation import Operation


def operations(desk: Desk) -> list[Operation]:
    """One list: its order is the order of the API definition."""
    return [*pages.operations(desk), *api.operations(desk)]
