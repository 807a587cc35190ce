"""What the checks of one column share: parameters, the skip of missing values, Validata's sentence."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from cicclo.kernel.text import Text
from cicclo.validation.checks import Check, CheckWrong, Facts, Finding, Prepared
from cicclo.validation.model import CheckUse

Params = Mapping[str, Any]
Accepts = Callable[[Any], bool]
Explain = Callable[[Any], Facts]

FORMAT_TITLE = "Format Invalide"


def text_param(params: Params, name: str, absent: str = "") -> str:
    """Return a parameter that must be text; raise CheckWrong. `absent` is Validata's reason where it has its own."""
    if name not in params:
        reason = absent or f"\"Key '{name}' is missing and no default value is provided.\""
        raise CheckWrong(reason, Text(f"Le paramètre « {name} » manque.", f"Parameter “{name}” is missing."))
    return str(_typed(params, name, str, Text("un texte", "a text")))


def list_param(params: Params, name: str) -> list[str]:
    """Return a parameter that must be a list of names; raise CheckWrong."""
    if name not in params:
        return [text_param(params, name)]
    return list(_typed(params, name, list, Text("une liste", "a list")))


def _typed(params: Params, name: str, kind: type, wanted: Text) -> Any:
    value = params[name]
    if not isinstance(value, kind):
        raise CheckWrong(
            f"Key '{name}' has type {type(value).__name__}, expected {kind.__name__}.",
            Text(
                f"Le paramètre « {name} » doit être {wanted.fr}.", f"Parameter “{name}” must be {wanted.en}."
            ),
        )
    return value


def column_param(params: Params, absent: str = "") -> str:
    """Return `column`; Validata says nothing of why when it is absent from its older checks."""
    if "column" not in params:
        raise CheckWrong(absent, Text("Le paramètre « column » manque.", "Parameter “column” is missing."))
    return str(_typed(params, "column", str, Text("un texte", "a text")))


def one_column(column: str, accepts: Accepts, explain: Explain | None = None) -> Prepared:
    """Bind a predicate to a column; missing values are not asked about."""

    def row(values: Mapping[str, Any]) -> Iterable[Finding]:
        value = values.get(column)
        if value is None or accepts(value):
            return ()
        return (Finding(column, {"value": value, "column": column, **(explain(value) if explain else {})}),)

    return Prepared((column,), row, accepts=accepts)


def format_check(
    *names: str,
    label: str,
    title: Text,
    say: Text | Callable[[Facts], Text],
    accepts: Callable[[Params, bool], Accepts],
    explain: Explain | None = None,
) -> Check:
    """One of Validata's French formats: `accepts(params, strict)` gives the predicate, `label` is its name for it."""

    def prepare(use: CheckUse, header: Sequence[str], strict: bool) -> Prepared:  # noqa: ARG001, FBT001
        column = column_param(use.params, "Internal error")
        return one_column(column, accepts(use.params, strict), explain)

    def strict_text(_facts: Facts) -> tuple[str, str]:
        return FORMAT_TITLE, f"La valeur n'est pas conforme au format {label}."

    return Check(
        names,
        f"french-values/{names[0]}",
        prepare,
        strict_text,
        say if callable(say) else lambda _facts: say,
        title,
    )


def always(accepts: Accepts) -> Callable[[Params, bool], Accepts]:
    """A predicate that no parameter changes."""
    return lambda _params, _strict: accepts


def is_text(accepts: Callable[[str], bool]) -> Accepts:
    """Validata's formats refuse what is not text (a number, a date)."""
    return lambda value: isinstance(value, str) and accepts(value)
