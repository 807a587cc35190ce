"""Random CQL2 trees of every shape that the grammar allows, for Hypothesis: what they mean does not matter here."""

from datetime import UTC, datetime

import shapely
from hypothesis import strategies as st

from cicclo.ogc.cql2 import operators
from cicclo.ogc.cql2.literals import FORBIDDEN, timestamp
from cicclo.ogc.cql2.model import Array, Box, Call, Date, Geometry, Name, Span


def named(strategy):
    """The same strategy with a short representation: Hypothesis warns of those as long as the grammar."""

    @st.composite
    def drawn(draw):
        return draw(strategy)

    return drawn()


words = st.text(max_size=8).filter(lambda value: not FORBIDDEN.search(value))
strings = (words | st.sampled_from(["it's", "\\'", "\\\\''", "%_\\%", "''", "é́", "", "ß"])).filter(
    lambda value: not value.endswith("\\")
)
names = named(
    st.builds(
        Name,
        st.sampled_from(["a", "eo:cloud", "été", "and", "NULL", "date", "POINT", 'quo"te', "x.y"])
        | words.filter(bool),
    )
)
numbers = st.integers(-(2**63), 2**63 - 1) | st.floats(allow_nan=False, allow_infinity=False)
dates = st.dates().map(lambda value: Date(value.isoformat()))
timestamps = st.datetimes(min_value=datetime(1000, 1, 1)).map(  # noqa: DTZ001 - the next line gives the zone
    lambda value: timestamp(value.replace(tzinfo=UTC).isoformat().replace("+00:00", "Z"))
)
coordinates = st.floats(-1e6, 1e6) | st.integers(-180, 180).map(float)


def _functions(values):
    names_ = st.sampled_from(["avg", "Buffer", "été:f"])
    return st.builds(Call, names_, st.lists(values, max_size=3).map(tuple))


functions = named(_functions(names | strings | numbers))
ends = names | dates | timestamps | functions | st.none()
spans = st.builds(Span, ends, ends)


@st.composite
def geometries(draw):
    z = draw(st.booleans())
    places = st.tuples(*[coordinates] * (3 if z else 2))
    lines = st.lists(places, min_size=2, max_size=4).map(shapely.LineString)
    rings = st.lists(places, min_size=3, max_size=5, unique=True).map(
        lambda ring: shapely.Polygon([*ring, ring[0]])
    )
    simple = places.map(shapely.Point) | lines | rings
    several = st.one_of(
        st.lists(places.map(shapely.Point), min_size=1, max_size=3).map(shapely.MultiPoint),
        st.lists(lines, min_size=1, max_size=3).map(shapely.MultiLineString),
        st.lists(rings, min_size=1, max_size=3).map(shapely.MultiPolygon),
    )
    mixed = st.lists(simple | several, min_size=2, max_size=3).map(shapely.GeometryCollection)
    return Geometry(shapely.to_wkb(draw(simple | several | mixed)))


boxes = st.lists(coordinates, min_size=4, max_size=4).map(tuple).map(Box) | st.lists(
    coordinates, min_size=6, max_size=6
).map(tuple).map(Box)


def _calls(ops, *operands):
    return st.builds(Call, st.sampled_from(sorted(ops)), st.tuples(*operands))


texts = st.recursive(strings, lambda inner: _calls(operators.FOLDINGS, inner | names), max_leaves=3)
patterns = st.recursive(strings, lambda inner: _calls(operators.FOLDINGS, inner), max_leaves=3)
arithmetic = st.recursive(
    names | numbers | functions, lambda inner: _calls(operators.ARITHMETIC, inner, inner), max_leaves=6
)
scalars = named(texts | arithmetic | dates | timestamps | st.booleans() | names)
shapes = named(geometries() | boxes | names | functions)


def _arrays(elements):
    return named(
        st.recursive(
            st.lists(elements, max_size=3).map(tuple).map(Array),
            lambda inner: st.lists(elements | inner, max_size=3).map(tuple).map(Array),
            max_leaves=3,
        )
    )


def _leaves():
    moments = dates | timestamps | spans | names | functions
    lists = _arrays(scalars | shapes | spans) | names | functions
    listed = st.builds(
        lambda left, items: Call("in", (left, Array(tuple(items)))), scalars, st.lists(scalars, max_size=3)
    )
    return st.one_of(
        st.booleans(),
        functions,
        _calls(operators.COMPARISONS, scalars, scalars),
        _calls({"like"}, texts | names | functions, patterns),
        _calls({"between"}, arithmetic, arithmetic, arithmetic),
        listed,
        _calls({"isNull"}, scalars | shapes | spans),
        _calls(operators.SPATIAL, shapes, shapes),
        _calls(operators.TEMPORAL, moments, moments),
        _calls(operators.ARRAYS, lists, lists),
    )


def _branches(inner):
    several = st.builds(
        Call, st.sampled_from(["and", "or"]), st.lists(inner, min_size=2, max_size=4).map(tuple)
    )
    values = inner | scalars | shapes | _arrays(scalars | inner)
    return (
        several
        | _calls({"not", "isNull"}, inner)
        | _functions(values)
        | _calls(operators.ARRAYS, _arrays(inner), names)
    )


trees = st.recursive(named(_leaves()), _branches, max_leaves=8)


def same(left, right) -> bool:
    """Python holds 1 equal to TRUE and to 1.0, and -0.0 to 0.0; representations do not."""
    return repr(left) == repr(right)
