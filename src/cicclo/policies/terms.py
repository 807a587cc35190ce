"""The terms of ODRL 2.2, taken from its vocabulary (a test holds them against it), and how actions include each other."""

from functools import lru_cache

from cicclo.policies.model import GEO, ODRL

CC = "http://creativecommons.org/ns#"

IN_USE = frozenset(
    [
        "acceptTracking",
        "aggregate",
        "annotate",
        "anonymize",
        "archive",
        "attribute",
        "compensate",
        "concurrentUse",
        "delete",
        "derive",
        "digitize",
        "distribute",
        "ensureExclusivity",
        "execute",
        "grantUse",
        "include",
        "index",
        "inform",
        "install",
        "modify",
        "move",
        "nextPolicy",
        "obtainConsent",
        "play",
        "present",
        "print",
        "read",
        "reproduce",
        "reviewPolicy",
        "stream",
        "synchronize",
        "textToSpeech",
        "transform",
        "translate",
        "uninstall",
        "watermark",
    ]
)
IN_CC = frozenset(
    [
        "Attribution",
        "CommercialUse",
        "DerivativeWorks",
        "Distribution",
        "Notice",
        "Reproduction",
        "ShareAlike",
        "Sharing",
        "SourceCode",
    ]
)
INCLUDED = {"display": "play", "extract": "reproduce", "give": "transfer", "sell": "transfer"}
"""Actions that are not straight in `use`."""
ALONE = frozenset(
    [
        "adHocShare",
        "attachPolicy",
        "attachSource",
        "commercialize",
        "extractChar",
        "extractPage",
        "extractWord",
        "lease",
        "lend",
        "preview",
        "secondaryUse",
        "share",
        "shareAlike",
        "transfer",
        "use",
    ]
)
SAME = {
    "append": "modify",
    "appendTo": "modify",
    "copy": "reproduce",
    "export": "transform",
    "license": "grantUse",
    "pay": "compensate",
    "write": "modify",
    "writeTo": "modify",
}
"""Deprecated actions and the ones that the vocabulary says to be exactly them."""
LEFT_OPERANDS = frozenset(
    [
        "absolutePosition",
        "absoluteSize",
        "absoluteSpatialPosition",
        "absoluteTemporalPosition",
        "count",
        "dateTime",
        "delayPeriod",
        "deliveryChannel",
        "device",
        "elapsedTime",
        "event",
        "fileFormat",
        "industry",
        "language",
        "media",
        "meteredTime",
        "payAmount",
        "percentage",
        "product",
        "purpose",
        "recipient",
        "relativePosition",
        "relativeSize",
        "relativeSpatialPosition",
        "relativeTemporalPosition",
        "resolution",
        "spatial",
        "spatialCoordinates",
        "system",
        "systemDevice",
        "timeInterval",
        "unitOfCount",
        "version",
        "virtualLocation",
    ]
)
OPERATORS = frozenset(
    ["eq", "gt", "gteq", "hasPart", "isA", "isAllOf", "isAnyOf", "isNoneOf", "isPartOf", "lt", "lteq", "neq"]
)

POLICIES = frozenset(["Agreement", "Assertion", "Offer", "Policy", "Privacy", "Request", "Set", "Ticket"])
EVALUATED = frozenset(["Agreement", "Policy", "Set"])
"""An Offer binds nobody yet; the formal semantics never evaluates it, and we evaluate no type that it does not name."""
MISWRITTEN = {"neg": "neq", "industry:": "industry"}
"""What the W3C's own JSON-LD context makes of `neq` and `industry`."""


def short(iri: str) -> str:
    """The last part of an ODRL term; any other IRI whole."""
    name = iri.removeprefix(ODRL) if iri.startswith(ODRL) else iri
    return MISWRITTEN.get(name, name)


@lru_cache(maxsize=1024)  # a requester may name any action
def wider(action: str) -> tuple[str, ...]:
    """The action and those that include it, nearest first."""
    chain = [action]
    while (above := _above(chain[-1])) and above not in chain:
        chain.append(above)
    return tuple(chain)


def _above(action: str) -> str:
    if action.startswith(CC):
        return ODRL + "use" if action.removeprefix(CC) in IN_CC else ""
    name = action.removeprefix(ODRL)
    if name in IN_USE:
        return ODRL + "use"
    found = SAME.get(name) or INCLUDED.get(name)
    return ODRL + found if found else ""


def known_action(action: str) -> bool:
    """Return whether it is an action of ODRL's own vocabulary."""
    name = action.removeprefix(ODRL)
    if action.startswith(CC):
        return action.removeprefix(CC) in IN_CC
    return action.startswith(ODRL) and (name in IN_USE or name in ALONE or name in SAME or name in INCLUDED)


def known_left(operand: str) -> bool:
    """Return whether it is a left operand of ODRL's own vocabulary."""
    return operand.startswith(ODRL) and short(operand) in LEFT_OPERANDS


def ours(term: str) -> bool:
    """Return whether it is a term of our profile."""
    return term.startswith(GEO)
