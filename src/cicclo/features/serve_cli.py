"""`cicclo features serve`: a thin door on `running.run`."""

import os
import socket
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter
from rich.console import Console

from cicclo.features.settings import Settings
from cicclo.kernel.errors import BadInput, Unavailable
from cicclo.kernel.settings import load
from cicclo.kernel.text import Text


def serve(
    *sources: str,
    config: str | None = None,
    folder: str | None = None,
    host: str | None = None,
    port: int | None = None,
    workers: int | None = None,
    base: str | None = None,
    editable: Annotated[bool | None, Parameter(negative=())] = None,
    allow_private: Annotated[bool | None, Parameter(negative=())] = None,
    access_log: str | None = None,
    server: Literal["granian", "uvicorn"] | None = None,
    lang: Literal["fr", "en"] = "fr",
) -> None:
    """Servir des données par OGC API Features. / Serve data through OGC API Features.

    Les fichiers sont publiés d'abord, quand ils ont changé ; SIGHUP relit la configuration sans couper le service.

    Parameters
    ----------
    sources
        Fichiers, dossiers de publications, URL PostGIS (postgresql://…) ou WFS (wfs+https://…). / Files, folders, URLs.
    config
        Fichier de configuration TOML (CICCLO_CONFIG). / Configuration file.
    folder
        Dossier des publications (CICCLO_FOLDER, publications). / Folder of publications.
    host
        Adresse d'écoute (CICCLO_HOST, 127.0.0.1). / Address to listen on.
    port
        Port d'écoute (CICCLO_PORT, 8000). / Port to listen on.
    workers
        Nombre de processus (CICCLO_WORKERS, 1). / Number of processes.
    base
        Adresse publique, derrière un mandataire (CICCLO_BASE). / Public address, behind a proxy.
    editable
        Accepter les modifications des comptes de la configuration (CICCLO_EDITABLE). / Accept changes from its writers.
    allow_private
        Permettre les sources à une adresse privée (CICCLO_ALLOW_PRIVATE). / Let sources be at private addresses.
    access_log
        Journal d'usage sans donnée personnelle : fichier, ou - (CICCLO_ACCESS_LOG). / Log of use, without personal data.
    server
        granian, ou uvicorn (CICCLO_SERVER). / granian, or uvicorn.
    lang
        Langue des messages. / Language of messages.
    """
    from cicclo.features import running  # noqa: PLC0415 - `serve --help` needs none of it
    from cicclo.features.configuration import Reading  # noqa: PLC0415
    from cicclo.features.opening import prepare  # noqa: PLC0415
    from cicclo.features.publish_cli import _progress, lines  # noqa: PLC0415

    settings = load(
        Settings,
        os.environ,
        config=config,
        folder=folder,
        host=host,
        port=port,
        workers=workers,
        base=base,
        editable=editable,
        allow_private=allow_private,
        access_log=access_log,
        server=server,
        lang=lang,
    )
    read = Reading(settings.config, sources)
    if not read().source:
        raise BadInput(
            Text("aucune source à servir", "no source to serve"),
            remedy=Text("cicclo features serve FICHIER…", "cicclo features serve FILE…"),
        )
    console = Console(stderr=True, highlight=False, soft_wrap=True)

    def publish() -> None:
        with _progress(lang) as tell:
            done = prepare(read(), Path(settings.folder), tell)
        for each in done:
            for line in lines(each, lang):
                console.print(line, markup=False)

    _free(settings.host, settings.port)
    publish()
    Console(highlight=False).print(f"cicclo : {settings.base or f'http://{settings.host}:{settings.port}'}/")
    running.run(settings, read, publish)


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
