"""`cicclo <component> <verb>`; components are imported only when they are called.

The table of commands is read twice: to print the help without loading any library (a person asks for it
often, and waits), and to build the real command line when a command is called.
"""

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

import cicclo
from cicclo.kernel.errors import CiccloError

if TYPE_CHECKING:
    from cyclopts import App

ABOUT = "Logiciel commun des plateformes publiques de (géo)données. / Shared software of the public (geo)data platforms."


@dataclass(frozen=True, slots=True)
class Command:
    """`app` is where the component's own command line is, as module:name."""

    name: str
    app: str
    help: str


COMMANDS = (
    Command(
        "audit",
        "cicclo.hub.wiring.findings_recall_known_problems:app",
        "Auditer une plateforme de l'extérieur, preuves à l'appui. / Audit a platform, with proof.",
    ),
    Command(
        "serve", "cicclo.hub.serve:app", "Ouvrir le tableau de bord des audits. / Open the hub of audits."
    ),
    Command(
        "demo",
        "cicclo.hub.demo.cli:app",
        "Voir cicclo à l'œuvre sur une petite plateforme. / See cicclo at work on a small platform.",
    ),
    Command(
        "features",
        "cicclo.features.cli:app",
        "Publier et servir des données (OGC API Features). / Publish and serve data (OGC API Features).",
    ),
    Command(
        "validate",
        "cicclo.validation.cli:app",
        "Valider des données selon leur schéma, et les réparer. / Validate data, and mend them.",
    ),
    Command("policies", "cicclo.policies.cli:app", "Droits sur les données (ODRL). / Rights on data (ODRL)."),
    Command("requirements", "cicclo.requirements.cli:app", "Lire les exigences. / Read the requirements."),
)


def help_page() -> str:
    """The page of `cicclo --help`."""
    lines = [f"cicclo {cicclo.__version__} – {ABOUT}", "", "Usage: cicclo COMMAND [OPTIONS]", ""]
    lines += [f"  {command.name:14}{command.help}" for command in COMMANDS]
    return "\n".join(
        [
            *lines,
            "",
            "  cicclo COMMAND --help   options d'une commande / options of a command",
            "  cicclo --version",
        ]
    )


def main() -> None:
    """Run the command line; a CiccloError becomes one sentence and its exit code."""
    if sys.argv[1:] in ([], ["--help"], ["-h"]):
        print(help_page())  # noqa: T201 - this is the command line
        return
    try:
        sys.exit(_app()())
    except CiccloError as error:
        lang = "en" if "en" in _option("--lang") else "fr"
        print(f"cicclo: {error.say(lang)}", file=sys.stderr)  # noqa: T201
        sys.exit(error.exit_code)
    except ModuleNotFoundError as error:
        if (error.name or "").startswith("cicclo"):
            raise
        # an extra that was not installed: say which part, and how to get it
        print(f"cicclo: {error.name} manque / is missing — pip install 'cicclo[all]'", file=sys.stderr)  # noqa: T201
        sys.exit(2)


def _app() -> "App":
    from cyclopts import App  # noqa: PLC0415 - loading it takes longer than printing the help

    app = App(name="cicclo", version=cicclo.__version__, help=ABOUT)
    for command in COMMANDS:
        app.command(command.app, name=command.name, help=command.help)
    return app


def _option(name: str) -> str:
    """The value of a command-line option, read without parsing the line: good enough to choose a language."""
    for index, argument in enumerate(sys.argv):
        if argument == name:
            return sys.argv[index + 1] if index + 1 < len(sys.argv) else ""
        if argument.startswith(f"{name}="):
            return argument.partition("=")[2]
    return ""


if __name__ == "__main__":
    main()
