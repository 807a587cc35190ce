"""`cicclo <component> <verb>`; components are imported only when they are called."""

import sys

from cyclopts import App

import cicclo
from cicclo.kernel.errors import CiccloError

app = App(
    name="cicclo",
    version=cicclo.__version__,
    help="Logiciel commun des plateformes publiques de (géo)données. / Shared software of the public (geo)data platforms.",
)
app.command("cicclo.probes.cli:app", name="audit", help="Auditer une plateforme de l'extérieur, preuves à l'appui.")


def main() -> None:
    """Run the command line; a CiccloError becomes one sentence and its exit code."""
    try:
        sys.exit(app())
    except CiccloError as error:
        print(f"cicclo: {error.say('fr')}", file=sys.stderr)  # noqa: T201 - this is the command line
        sys.exit(error.exit_code)


if __name__ == "__main__":
    main()
