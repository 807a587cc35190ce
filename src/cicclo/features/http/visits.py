"""A request as pages see it: our address is the public one."""

from dataclasses import dataclass
from typing import Any

from starlette.requests import Request

from cicclo.kernel.access import ANYONE
from cicclo.web.locale import Words
from cicclo.web.operation import Visit


@dataclass(frozen=True, slots=True)
class PublicVisit(Visit):
    """`address` is what links start with."""

    address: str = ""

    @property
    def base(self) -> str:
        return self.address


def visit(scope: Any, lang: str, base: str) -> Visit:
    return PublicVisit(Request(scope), Words(lang), ANYONE, "", base)
