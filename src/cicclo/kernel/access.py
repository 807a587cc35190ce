"""Who asks, for what, and what is decided."""

from dataclasses import dataclass
from enum import StrEnum


class Action(StrEnum):
    """What a person may want of the hub. Signing in is open to all, or nobody could."""

    READ = "read"
    WRITE = "write"
    VALIDATE = "validate"  # have a file validated, and read its report
    SIGN_IN = "sign-in"


@dataclass(frozen=True, slots=True)
class Actor:
    """A person or program; `name` is empty for someone we do not know."""

    name: str = ""

    @property
    def known(self) -> bool:
        return bool(self.name)


ANYONE = Actor()


@dataclass(frozen=True, slots=True)
class Policy:
    """`public_reading`: what we publish is public facts about public services, so reading is open by default.

    `public_validation`: a file may be anyone's and costs us time, so validating is closed unless this opens it.
    """

    public_reading: bool = True
    public_validation: bool = False

    def allows(self, actor: Actor, action: Action) -> bool:
        """Tell whether `actor` may do `action`; nobody writes anonymously."""
        if action is Action.SIGN_IN or actor.known:
            return True
        if action is Action.VALIDATE:
            return self.public_validation
        return action is Action.READ and self.public_reading
