"""A document holds at least one geometry."""

from collections.abc import Iterator

from cicclo.validation.documents.content import Content
from cicclo.validation.documents.rules import RULES, Rule
from cicclo.validation.model import Fault


def after(content: Content) -> Iterator[Fault]:
    asks = any(table.geometry for file in content.document.model.files for table in file.tables)
    if asks and not content.geometries:
        yield from content.document.fault("NO_SPATIAL_DATA", content.document.name)


RULES.add(Rule("spatial-data", lambda _: True, after=after))
