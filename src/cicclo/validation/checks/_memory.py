"""Verdicts on texts met again and again are remembered, long texts are not: the memory stays bounded whatever the file."""

from collections.abc import Callable
from functools import lru_cache, wraps

LONGEST = 256


def remembered(judge: Callable[[str], bool]) -> Callable[[str], bool]:
    """Keep the verdicts on the 65,536 short texts met last."""
    kept = lru_cache(maxsize=65_536)(judge)

    @wraps(judge)
    def ask(text: str) -> bool:
        return kept(text) if len(text) <= LONGEST else judge(text)

    return ask
