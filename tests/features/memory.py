"""A store in memory, by brute force: what the HTTP side is tested with, so that no index hides a fault of it."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pyarrow as pa
import shapely

from cicclo.features.errors import Changed
from cicclo.features.model import Collection, EncodedPage, Kind, Property, Query, View
from cicclo.features.ports import Page
from cicclo.kernel.errors import BadInput
from cicclo.kernel.text import Text
from cicclo.ogc.cql2 import evaluate

TYPES = {
    Kind.STRING: pa.string(),
    Kind.INTEGER: pa.int64(),
    Kind.NUMBER: pa.float64(),
    Kind.BOOLEAN: pa.bool_(),
    Kind.DATE: pa.date32(),
    Kind.INSTANT: pa.timestamp("ms", "UTC"),
    Kind.JSON: pa.string(),
}


def _value(feature: dict[str, Any], described: Property) -> Any:
    """A property as CQL2 compares it."""
    value = feature["properties"].get(described.name)
    if value is None:
        return None
    if described.kind is Kind.DATE:
        return date.fromisoformat(value)
    return datetime.fromisoformat(value) if described.kind is Kind.INSTANT else value


class MemoryStore:
    """`features` are GeoJSON objects with `id`; in the order given. `delay` makes it as slow as a far database."""

    def __init__(self, collection: Collection, features: list[dict[str, Any]], delay: float = 0) -> None:
        self.collection = collection
        self.features = {str(feature["id"]): feature for feature in features}
        self.version = "1"
        self.delay = delay
        self.cancelled = 0
        self.closed = False
        self.queries: list[Query] = []

    async def _wait(self) -> None:
        try:
            if self.delay:
                await asyncio.sleep(self.delay)
        except asyncio.CancelledError:
            self.cancelled += 1
            raise

    async def _select(self, query: Query) -> tuple[list[dict[str, Any]], int, str]:
        self.queries.append(query)
        await self._wait()
        chosen = [each for each in self.features.values() if self._matches(each, query)]
        for key in reversed(query.sort):
            chosen.sort(
                key=lambda each, key=key: (
                    each["properties"][key.name] is None,
                    each["properties"][key.name],
                ),
                reverse=key.descending,
            )
        start = query.offset
        if query.after:
            ids = [str(each["id"]) for each in chosen]
            if query.after not in ids:
                raise BadInput(Text("curseur inconnu", "unknown cursor"), at="cursor")
            start = ids.index(query.after) + 1
        page = chosen[start : start + query.limit]
        more = start + query.limit < len(chosen)
        return page, len(chosen), str(page[-1]["id"]) if more and page else ""

    def _matches(self, feature: dict[str, Any], query: Query) -> bool:
        geometry = shapely.from_geojson(json.dumps(feature["geometry"])) if feature["geometry"] else None
        if query.box and geometry is not None:
            west, south, east, north = query.box
            boxes = (
                [shapely.box(west, south, east, north)]
                if west <= east
                else [shapely.box(west, south, 180, north), shapely.box(-180, south, east, north)]
            )
            area = shapely.from_wkb(query.area) if query.area else shapely.union_all(boxes)
            if not geometry.intersects(area):
                return False
        if query.filter is not None:
            values = {each.name: _value(feature, each) for each in self.collection.properties}
            return evaluate.matches(query.filter, {**values, "geometry": geometry})
        return True

    def _encoded(self, feature: dict[str, Any], view: View) -> bytes:
        chosen = dict(feature["properties"])
        if view.properties is not None:
            chosen = {name: value for name, value in chosen.items() if name in view.properties}
        geometry = feature["geometry"] if view.geometry else None
        shown = {"type": "Feature", "id": feature["id"], "geometry": geometry, "properties": chosen}
        return json.dumps(shown, ensure_ascii=False, separators=(",", ":")).encode()

    async def encoded_page(self, query: Query) -> EncodedPage:
        page, matched, cursor = await self._select(query)
        joined = b",".join(self._encoded(each, query.view) for each in page)
        return EncodedPage(joined, len(page), matched, cursor)

    async def page(self, query: Query) -> Page:
        page, matched, cursor = await self._select(query)
        return Page(self._batch(page, query.view), matched, cursor)

    def _batch(self, features: list[dict[str, Any]], view: View) -> pa.RecordBatch:
        columns: dict[str, pa.Array] = {"id": pa.array([str(each["id"]) for each in features], pa.string())}
        for each in self.collection.properties:
            if view.properties is None or each.name in view.properties:
                values = [_value(feature, each) for feature in features]
                columns[each.name] = pa.array(values, TYPES[each.kind])
        if view.geometry:
            columns["geometry"] = pa.array(
                [
                    shapely.to_wkb(shapely.from_geojson(json.dumps(each["geometry"])))
                    if each["geometry"]
                    else None
                    for each in features
                ],
                pa.binary(),
            )
        return pa.record_batch(columns)

    async def encoded_item(self, id: str, view: View) -> bytes | None:  # noqa: A002
        await self._wait()
        return self._encoded(self.features[id], view) if id in self.features else None

    async def item(self, id: str, view: View) -> pa.RecordBatch | None:  # noqa: A002
        await self._wait()
        return self._batch([self.features[id]], view) if id in self.features else None

    async def stream(self, query: Query) -> AsyncIterator[pa.RecordBatch]:
        chosen, _, _ = await self._select(replace(query, limit=10**9, offset=0, after=""))
        try:
            for start in range(0, len(chosen), 100):
                await self._wait()
                yield self._batch(chosen[start : start + 100], query.view)
        finally:
            self.closed = True

    async def close(self) -> None:
        self.closed = True


class EditableMemoryStore(MemoryStore):
    """Takes changes; the revision of a feature is the number of times it changed."""

    def __init__(self, collection: Collection, features: list[dict[str, Any]]) -> None:
        super().__init__(collection, features)
        self.revisions = dict.fromkeys(self.features, 1)

    async def revision(self, id: str) -> str | None:  # noqa: A002
        return str(self.revisions[id]) if id in self.features else None

    def _check(self, id: str, if_match: str) -> bool:  # noqa: A002
        if id in self.features and str(self.revisions[id]) != if_match:
            raise Changed(Text("modifié", "changed"), at="If-Match")
        return id in self.features

    async def create(self, feature: Mapping[str, Any]) -> str:
        name = str(feature.get("id") or f"n{len(self.features)}")
        self._put(name, {**feature, "id": name})
        return name

    async def replace(self, id: str, feature: Mapping[str, Any], if_match: str) -> bool:  # noqa: A002
        if not self._check(id, if_match):
            return False
        self._put(id, {**feature, "id": id})
        return True

    async def update(self, id: str, patch: Mapping[str, Any], if_match: str) -> bool:  # noqa: A002
        if not self._check(id, if_match):
            return False
        old = self.features[id]
        changed = {**old["properties"], **(patch.get("properties") or {})}
        geometry = patch.get("geometry", old["geometry"])
        self._put(id, {**old, "geometry": geometry, "properties": changed})
        return True

    async def delete(self, id: str, if_match: str) -> bool:  # noqa: A002
        if not self._check(id, if_match):
            return False
        del self.features[id]
        self._touch(id)
        return True

    def _put(self, name: str, feature: Mapping[str, Any]) -> None:
        self.features[name] = dict(feature)
        self._touch(name)

    def _touch(self, name: str) -> None:
        self.revisions[name] = self.revisions.get(name, 0) + 1
        self.version = str(int(self.version) + 1)
