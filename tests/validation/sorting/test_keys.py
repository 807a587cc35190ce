"""Keys that come more than once, found in bounded memory."""

import numpy as np
import pytest

from cicclo.validation.sorting.keys import Held


@pytest.mark.parametrize("most", [10, 1000, 100_000])
def test_repeated_hashes(most: int) -> None:
    """In memory or on disk, the records whose hash is met twice are those that arithmetic says."""
    dice = np.random.default_rng(4)
    hashes = dice.integers(0, 2**64, 5_003, np.uint64)
    hashes[17] = hashes[4_999] = hashes[2_500]
    hashes[3] = hashes[4]
    held = Held(most)
    for start in range(0, len(hashes), 37):
        held.add(hashes[start : start + 37])
    packed = held.repeated()
    assert packed is not None
    assert np.flatnonzero(np.unpackbits(packed)[: len(hashes)]).tolist() == [3, 4, 17, 2_500, 4_999]
    held.close()


def test_none_repeated() -> None:
    """Nothing is marked when every hash is alone."""
    held = Held(10)
    held.add(np.arange(100, dtype=np.uint64))
    assert held.repeated() is None
    held.close()
