"""Say a condition to Python: for the few texts that a schema names, and to hold engines against one another."""

import re

from cicclo.validation.predicates.tree import (
    All,
    Always,
    Amount,
    Between,
    Condition,
    In,
    Length,
    Matches,
    NotIn,
    Some,
)


def meets(condition: Condition, text: str) -> bool:
    """Tell whether a text may meet a condition of a cell; conditions it does not know count as met."""
    match condition:
        case All(parts):
            return all(meets(part, text) for part in parts)
        case Some(parts):
            return any(meets(part, text) for part in parts)
        case In(texts):
            return text in texts
        case NotIn(texts):
            return text not in texts
        case Matches(pattern):
            return _expression(pattern).search(text) is not None
        case Length(least, most):
            return least <= len(text) and (most is None or len(text) <= most)
        case Between(least, most):
            return (least is None or text >= least) and (most is None or text <= most)
        case Always() | Amount():
            return True
    return True


def _expression(pattern: str) -> "re.Pattern[str]":
    python = re.sub(r"\\x\{([0-9A-F]+)\}", lambda found: rf"\U{int(found[1], 16):08x}", pattern)
    return re.compile(python.replace(r"\z", r"\Z"))
