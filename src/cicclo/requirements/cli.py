"""`cicclo requirements`: read the shared vocabulary."""

from fnmatch import fnmatchcase
from typing import Annotated, Literal

import msgspec
from cyclopts import App, Parameter
from rich.console import Console

from cicclo.requirements.actions import library, profiles
from cicclo.requirements.model import LEVEL_NAMES, Requirement

app = App(name="requirements", help="Lire les exigences. / Read the requirements.", version_flags=())


@app.default
def requirements(
    pattern: str = "*",
    *,
    lang: Literal["fr", "en"] = "fr",
    json: Annotated[bool, Parameter(negative=())] = False,
) -> int:
    """Lister les exigences dont l'identifiant suit un motif (« wfs/* »), ou en lire une en entier.

    Parameters
    ----------
    pattern
        Identifiant exact, ou motif comme dans un shell.
    lang
        Langue des textes : fr ou en.
    json
        Toutes les valeurs, en JSON, pour les machines.
    """
    found = [requirement for rid, requirement in library().items() if fnmatchcase(rid, pattern)]
    console = Console(highlight=False)
    if json:
        console.out(msgspec.json.format(msgspec.json.encode(found), indent=1).decode())
    elif len(found) == 1:
        _whole(found[0], lang, console)
    else:
        for requirement in found:
            console.print(
                f"{requirement.id}  [dim]{LEVEL_NAMES[requirement.level].get(lang)}[/dim]\n    {requirement.title.get(lang)}"
            )
        console.print(f"\n{len(found)} exigences" if lang == "fr" else f"\n{len(found)} requirements")
        console.print(("profils : " if lang == "fr" else "profiles: ") + ", ".join(profiles()))
    return 0 if found else 1


def _whole(requirement: Requirement, lang: str, console: Console) -> None:
    source = requirement.source
    console.print(f"[bold]{requirement.title.get(lang)}[/bold]  ({LEVEL_NAMES[requirement.level].get(lang)})")
    console.print(requirement.id)
    console.print(f"\n{requirement.statement.get(lang)}")
    console.print(f"→ {requirement.remedy.get(lang)}", style="cyan")
    console.print(f"{source.standard} {source.version} {source.clause}", style="dim")
