"""`cicclo serve`: the hub in one process."""

import asyncio
import os
import signal
import socket
import sys
from typing import Annotated

from cyclopts import App, Parameter

from cicclo.kernel.errors import Unavailable
from cicclo.kernel.settings import load
from cicclo.kernel.text import Text

app = App(name="serve", help="Ouvrir le tableau de bord des audits. / Open the hub of audits.")


@app.default
def serve(
    *,
    host: str | None = None,
    port: int | None = None,
    state: str | None = None,
    allow_private: Annotated[bool | None, Parameter(negative=())] = None,
    ignore_robots: Annotated[bool | None, Parameter(negative=())] = None,
    public_reading: bool | None = None,
    public_validation: Annotated[bool | None, Parameter(negative=())] = None,
    server: str = "granian",
) -> None:
    """Ouvrir le tableau de bord des audits. / Open the hub of audits.

    Parameters
    ----------
    host
        Adresse d'écoute (CICCLO_HOST, 127.0.0.1). / Address to listen on.
    port
        Port d'écoute (CICCLO_PORT, 8000). / Port to listen on.
    state
        Fichier SQLite ou URL PostgreSQL (CICCLO_STATE, var/cicclo.sqlite). / SQLite file or PostgreSQL URL.
    allow_private
        Permettre l'audit d'adresses privées et locales (CICCLO_ALLOW_PRIVATE). / Let audits reach private addresses.
    ignore_robots
        Ne pas lire robots.txt, pour ses propres serveurs (CICCLO_IGNORE_ROBOTS). / Do not read robots.txt.
    public_reading
        Lecture ouverte à tous (CICCLO_PUBLIC_READING, vrai). / Anyone may read.
    public_validation
        Les visiteurs peuvent faire valider leurs fichiers (CICCLO_PUBLIC_VALIDATION, faux). / Visitors may validate files.
    server
        granian, ou uvicorn s'il est installé. / granian, or uvicorn when installed.
    """
    try:
        from cicclo.hub.app import asgi  # noqa: PLC0415 - `cicclo serve --help` needs none of it
    except ModuleNotFoundError as error:
        raise Unavailable(
            Text(f"il manque {error.name}", f"{error.name} is missing"),
            remedy=Text("installer cicclo[hub]", "install cicclo[hub]"),
        ) from error
    from cicclo.hub.settings import Settings  # noqa: PLC0415
    from cicclo.hub.wiring.findings_recall_known_problems import recall  # noqa: PLC0415
    from cicclo.probes.settings import Settings as AuditSettings  # noqa: PLC0415
    from cicclo.validation.hosting import Hosting  # noqa: PLC0415

    said = {"public_reading": public_reading, "public_validation": public_validation}
    settings = load(Settings, os.environ, host=host, port=port, **said)
    audits = load(
        AuditSettings, os.environ, state=state, allow_private=allow_private, ignore_robots=ignore_robots
    )
    hosting = load(Hosting, os.environ, state=state, allow_private=allow_private)
    _free(settings.host, settings.port)
    application = asgi(settings, audits, known=recall, announce=_announce, hosting=hosting)
    print(f"cicclo : http://{settings.host}:{settings.port}/", flush=True)  # noqa: T201 - this is the command line
    _run(server, application, settings.host, settings.port)


def _free(host: str, port: int) -> None:
    """Refuse early, with the remedy, a port that is taken."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise Unavailable(
                Text("cette adresse d'écoute est prise ou refusée", "this address is taken or refused"),
                at=f"{host}:{port}",
                remedy=Text("choisir un autre « --port »", "choose another `--port`"),
            ) from error


def _announce(password: str) -> None:
    print(  # noqa: T201
        f"Mot de passe de l'exploitant, montré une seule fois / operator's password, shown once: {password}",
        file=sys.stderr,
        flush=True,
    )


def _run(server: str, application: object, host: str, port: int) -> None:
    if server == "uvicorn":
        import uvicorn  # noqa: PLC0415

        uvicorn.run(application, host=host, port=port, log_level="warning")  # type: ignore[arg-type]
        return
    asyncio.run(_granian(application, host, port))


async def _granian(application: object, host: str, port: int) -> None:
    """Serve until SIGINT or SIGTERM, in this process: audits run beside the pages."""
    from granian.constants import Interfaces  # noqa: PLC0415
    from granian.server.embed import Server  # noqa: PLC0415

    running = Server(application, address=host, port=port, interface=Interfaces.ASGI, log_enabled=False)
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, running.stop)
    await running.serve()
