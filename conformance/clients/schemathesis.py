"""Schemathesis: requests made from the API definition, right and wrong; answers must be what it says."""

import re
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

from cicclo.kernel.text import Text
from conformance.clients import CLIENTS, Client, Failed, Served

CHECKS = (
    "not_a_server_error,status_code_conformance,content_type_conformance,"
    "response_schema_conformance,response_headers_conformance"
)
PATIENCE = 120
SECONDS = 30
_WHOLE = re.MULTILINE | re.DOTALL
PROGRAM = Path(sys.executable).with_name("schemathesis")


def run(served: Served, folder: Path) -> Text:
    command = [
        str(PROGRAM), "run", f"{served.url}api", "--url", served.url.rstrip("/"),
        "--phases", "examples,coverage,fuzzing", "--max-examples", "8", "--max-time", str(SECONDS),
        "--checks", CHECKS, "--seed", "1", "--no-shrink", "--warnings", "off", "--request-timeout", "30", "--no-color",
        "-H", "Accept:application/vnd.oai.openapi+json;version=3.0, application/geo+json, application/json;q=0.9, */*;q=0.1",
    ]  # fmt: skip
    done = subprocess.run(  # noqa: S603 - our own command
        command, capture_output=True, text=True, check=False, timeout=PATIENCE, cwd=folder
    )
    (folder / "schemathesis.log").write_text(done.stdout + done.stderr, "utf-8")
    if done.returncode:
        told = re.search(
            r"^=+ (?:FAILURES|ERRORS) =+$(.*?)^(?:Need more help|=+ SUMMARY)", done.stdout, _WHOLE
        )
        raise Failed(" ".join((told.group(1) if told else done.stdout).split())[:900])
    found = re.search(r"(\d+) generated", done.stdout)
    number = found.group(1) if found else "?"
    return Text(f"{number} requêtes", f"{number} requests")


CLIENTS.add(
    Client(
        f"Schemathesis {version('schemathesis')}",
        60,
        Text(
            "requêtes tirées de la définition, valides et invalides : aucune erreur du serveur, statut, type, en-têtes et "
            "corps conformes à la définition",
            "requests made from the definition, valid and invalid: no server error; status, type, headers and body as "
            "the definition says",
        ),
        lambda: "" if PROGRAM.exists() else "schemathesis",
        run,
    )
)
