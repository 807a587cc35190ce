"""A store whose collection is presented as the operator wishes; features come from the store, untouched."""

from dataclasses import replace
from functools import reduce
from typing import Any

from cicclo.features.configuration import CollectionPart, link, words
from cicclo.features.http.parameters import EPOCH, MILLISECOND
from cicclo.features.model import Collection, Interval, Kind, Property, Query
from cicclo.features.ports import EditableStore, Store
from cicclo.kernel.errors import BadInput
from cicclo.kernel.text import Text
from cicclo.ogc import crs as crss
from cicclo.ogc.cql2.model import Call, Date, Expression, Name, Timestamp

READING = ("encoded_page", "page", "encoded_item", "item", "stream", "close")
EDITING = ("revision", "create", "replace", "update", "delete")


class Described:
    """Methods are the store's own, so nothing stands between a request and its answer."""

    def __init__(self, store: Store, part: CollectionPart, place: str) -> None:
        self._store = store
        self._part = part
        self._place = place
        self._seen: Collection | None = None
        self._shown = self.collection
        for name in (*READING, *(EDITING if isinstance(store, EditableStore) else ())):
            setattr(self, name, getattr(store, name))
        if part.instants is not None and part.instants != store.collection.instants:
            self._ask_in_time(store)

    @property
    def collection(self) -> Collection:
        seen = self._store.collection
        if seen is not self._seen:
            self._seen, self._shown = seen, present(seen, self._part, self._place)
        return self._shown

    @property
    def version(self) -> str:
        return self._store.version

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def _ask_in_time(self, store: Store) -> None:
        """The store does not know which property is the time: `datetime` becomes a filter."""

        def timed(query: Query) -> Query:
            if query.interval is None:
                return query
            wanted = within(self.collection, query.interval)
            both = wanted if query.filter is None else Call("and", (query.filter, wanted))
            return replace(query, interval=None, filter=both)

        self.encoded_page = lambda query: store.encoded_page(timed(query))
        self.page = lambda query: store.page(timed(query))
        self.stream = lambda query: store.stream(timed(query))


def present(seen: Collection, part: CollectionPart, place: str) -> Collection:
    """The collection with what the configuration says of it; raise BadInput for names that it has not."""
    key = f"{place}: collection.{seen.id}"
    _check_names(seen, part, key)
    properties = tuple(_property(each, part) for each in seen.properties)
    return replace(
        seen,
        title=words(part.title, seen.title),
        description=words(part.description, seen.description),
        keywords=part.keywords or seen.keywords,
        licence=link(part.licence, "license") if part.licence else seen.licence,
        links=(*seen.links, *(link(each) for each in part.links)),
        extent=part.extent or seen.extent,
        interval=part.interval or seen.interval,
        crs=tuple(dict.fromkeys((*seen.crs, *_crs(part, key)))),
        instants=seen.instants if part.instants is None else part.instants,
        properties=properties,
    )


def _property(seen: Property, part: CollectionPart) -> Property:
    told = part.properties.get(seen.name)
    shown = replace(
        seen,
        queryable=seen.queryable if part.queryables is None else seen.name in part.queryables,
        sortable=seen.sortable if part.sortables is None else seen.name in part.sortables,
    )
    if told is None:
        return shown
    return replace(
        shown,
        title=words(told.title, seen.title),
        description=words(told.description, seen.description),
        unit=told.unit or seen.unit,
        values=told.values or seen.values,
    )


def _check_names(seen: Collection, part: CollectionPart, key: str) -> None:
    known = [each.name for each in seen.properties]
    lists = {
        "queryables": part.queryables or (),
        "sortables": part.sortables or (),
        "instants": part.instants or (),
        "properties": tuple(part.properties),
    }
    for list_, names in lists.items():
        for name in names:
            if name not in known:
                raise BadInput(
                    Text(f"pas de propriété « {name} »", f"no property “{name}”"),
                    at=f"{key}.{list_}",
                    remedy=Text(f"propriétés : {', '.join(known)}", f"properties: {', '.join(known)}"),
                )
    for name in part.instants or ():
        found = seen.property(name)
        if len(part.instants or ()) > 2 or (found and found.kind not in (Kind.DATE, Kind.INSTANT)):
            raise BadInput(
                Text(f"« {name} » n'est pas une date", f"“{name}” is no date"),
                at=f"{key}.instants",
                remedy=Text("une date, ou un début et une fin", "one date, or a start and an end"),
            )


def _crs(part: CollectionPart, key: str) -> list[str]:
    found = []
    for each in part.crs:
        code = crss.code(each)
        if crss.read(each) is None:
            raise BadInput(
                Text(f"CRS inconnu : {each}", f"unknown CRS: {each}"),
                at=f"{key}.crs",
                remedy=Text("par exemple EPSG:2154", "for example EPSG:2154"),
            )
        authority, _, number = code.partition(":")
        found.append(
            each if each.startswith("http") else f"http://www.opengis.net/def/crs/{authority}/0/{number}"
        )
    return found


def within(collection: Collection, interval: Interval) -> Expression:
    """CQL2 for “intersects the interval, or has no time” (OGC 17-069r4, 7.15.4)."""
    first, last = collection.instants[0], collection.instants[-1]
    wanted: list[Expression] = []
    if interval.end is not None:
        wanted.append(_or_missing(first, Call("<=", (Name(first), _moment(collection, first, interval.end)))))
    if interval.start is not None:
        wanted.append(_or_missing(last, Call(">=", (Name(last), _moment(collection, last, interval.start)))))
    return reduce(lambda left, right: Call("and", (left, right)), wanted)


def _or_missing(name: str, wanted: Expression) -> Expression:
    return Call("or", (wanted, Call("isNull", (Name(name),))))


def _moment(collection: Collection, name: str, milliseconds: int) -> Expression:

    moment = EPOCH + milliseconds * MILLISECOND
    found = collection.property(name)
    if found is not None and found.kind is Kind.DATE:
        return Date(moment.date().isoformat())
    return Timestamp(moment.isoformat(timespec="milliseconds").replace("+00:00", "Z"))
