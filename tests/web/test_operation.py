"""One declaration, strict at the edge."""

import pytest
from starlette.datastructures import QueryParams

from cicclo.kernel.errors import BadInput
from cicclo.web.openapi import as_3_0
from cicclo.web.operation import Params, decode, path_names


class Some(Params, frozen=True):
    name: str
    limit: int = 10
    tag: tuple[str, ...] = ()


def test_path_and_query_are_read_together() -> None:
    """Numbers are read from text, a list from repeated parameters, and `lang` is everyone's."""
    found = decode(Some, {"name": "x"}, QueryParams("limit=3&tag=a&tag=b&lang=en"))
    assert found == Some(name="x", limit=3, tag=("a", "b"))


@pytest.mark.parametrize(
    ("query", "place"),
    [("lmit=3", "lmit"), ("limit=three", "limit"), ("limit=1&limit=2", "limit"), ("name=y", "name")],
)
def test_what_does_not_fit_is_refused_with_its_name(query: str, place: str) -> None:
    """Unknown, invalid, repeated, or already in the path."""
    with pytest.raises(BadInput) as raised:
        decode(Some, {"name": "x"}, QueryParams(query))
    assert raised.value.at == place
    assert raised.value.status == 400


def test_names_in_a_path() -> None:
    """Converters are not part of the name."""
    assert path_names("/a/{one}/b/{two:path}") == ["one", "two"]


def test_a_constant_becomes_an_enumeration_of_one() -> None:
    """OpenAPI 3.0 has no `const`."""
    assert as_3_0({"const": "a", "items": [{"const": 1}]}) == {"enum": ["a"], "items": [{"enum": [1]}]}
