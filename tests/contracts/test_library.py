"""One requirement is found without reading the whole library, and is the same."""

import pytest

from cicclo.kernel.errors import NotFound
from cicclo.requirements import find, library


def test_a_requirement_found_alone_is_that_of_the_library() -> None:
    assert {rid: find(rid) for rid in library()} == dict(library())


@pytest.mark.parametrize("rid", ["", "wfs", "wfs/none/such", "../library/wfs", "none/such/one"])
def test_an_id_that_is_no_requirement_is_not_found(rid: str) -> None:
    with pytest.raises(NotFound):
        find(rid)
