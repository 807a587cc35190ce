"""What of CQL2 is supported, and what an expression mentions."""

from cicclo.ogc.cql2 import limits
from cicclo.ogc.cql2.model import Expression, Name

_SUPPORTED = (
    "basic-cql2",
    "cql2-text",
    "cql2-json",
    "advanced-comparison-operators",
    "case-insensitive-comparison",
    "accent-insensitive-comparison",
    "basic-spatial-functions",
    "basic-spatial-functions-plus",
    "spatial-functions",
    "temporal-functions",
    "array-functions",
    "property-property",
    "arithmetic",
)


def conformance() -> tuple[str, ...]:
    """URIs of the conformance classes; `functions` is not among them: there are none to call."""
    return tuple(f"http://www.opengis.net/spec/cql2/1.0/conf/{each}" for each in _SUPPORTED)


def names(expression: Expression) -> tuple[str, ...]:
    """The properties that an expression mentions, each once, in alphabetical order."""
    return tuple(sorted({node.name for node, _ in limits.walk(expression) if isinstance(node, Name)}))
