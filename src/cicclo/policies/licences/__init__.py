"""Open licences as ODRL, one file a licence: what they permit, the duties they set, and what ODRL cannot say of them.

A licence's duty binds who redistributes: reading asks for nothing.
"""

from dataclasses import dataclass

from cicclo.kernel.registry import Registry
from cicclo.kernel.text import Text
from cicclo.policies.model import DCT, ODRL, XSD, Action, Asset, Iri, Kind, Literal, Party, Policy, Rule


@dataclass(frozen=True, slots=True)
class Licence:
    """`free` actions have no duty; `bound` ones have all the `duties`. Names are ODRL's, or whole IRIs."""

    name: str
    address: str
    title: Text
    free: tuple[str, ...]
    bound: tuple[str, ...]
    duties: tuple[str, ...]
    unsaid: Text
    """What the text of the licence wants and ODRL has no term for."""


LICENCES: Registry[Licence] = Registry("cicclo.policies.licences", name=lambda licence: licence.name)


def policy(licence: Licence, target: str, assigner: str) -> Policy:
    """Return the licence of one target: a Set, since it is given to anyone."""
    uid = f"{target}#{licence.name}"
    return Policy(
        uid=uid,
        rules=tuple(
            _rule(action, licence.duties if action in licence.bound else (), uid, target, assigner)
            for action in (*licence.free, *licence.bound)
        ),
        about=(
            (f"{DCT}license", Iri(licence.address)),
            (f"{DCT}title", Literal(licence.title.en, f"{XSD}string", "en")),
            (f"{DCT}title", Literal(licence.title.fr, f"{XSD}string", "fr")),
        ),
    )


def _rule(action: str, duties: tuple[str, ...], policy: str, target: str, assigner: str) -> Rule:
    name = action.rpartition("#")[2]
    uid = f"{policy}-{name}"
    return Rule(
        Kind.PERMISSION,
        uid,
        Action(_iri(action)),
        Asset(target),
        assigner=Party(assigner),
        duties=tuple(
            Rule(Kind.DUTY, f"{uid}/{duty.rpartition('#')[2]}", Action(_iri(duty)))
            for duty in sorted(duties, key=lambda duty: duty.rpartition("#")[2])
        ),
    )


def _iri(action: str) -> str:
    return action if ":" in action else ODRL + action
