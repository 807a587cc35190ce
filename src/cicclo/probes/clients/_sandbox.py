"""Run a real client: a subprocess with limits, an empty environment, and our proxy as its only way out."""

import asyncio
import os
import ssl
import sys
import tempfile
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import msgspec

from cicclo.kernel.text import Text
from cicclo.probes.clients._proxy import Proxy
from cicclo.probes.model import Outcome, Step
from cicclo.web.outgoing.addresses import AddressPolicy

HERE = Path(__file__).parent
MOST_OUTPUT = 1 << 20


@dataclass(frozen=True, slots=True)
class Ran:
    """How a program ended; `code` is None when it had to be stopped."""

    code: int | None
    output: str
    errors: str
    refused: tuple[str, ...]


class _Said(msgspec.Struct):
    step: str
    outcome: Outcome
    said: str = ""


@dataclass(frozen=True, slots=True)
class Sandbox:
    """Limits of one run: seconds, megabytes of memory, bytes received."""

    addresses: AddressPolicy
    seconds: int = 60
    megabytes: int = 4096
    max_bytes: int = 64 * 1024 * 1024

    async def run(self, *argv: str) -> Ran:
        """Run a program behind the proxy, in an empty folder, and return how it ended."""
        async with Proxy(self.addresses, self.max_bytes) as proxy:
            with tempfile.TemporaryDirectory(prefix="cicclo-client-") as folder:
                limited = (
                    sys.executable,
                    "-I",
                    str(HERE / "_limited.py"),
                    str(self.megabytes),
                    str(self.seconds),
                    *argv,
                )
                process = await asyncio.create_subprocess_exec(
                    *limited,
                    stdin=asyncio.subprocess.DEVNULL,
                    stdout=asyncio.subprocess.PIPE,
                    stderr=asyncio.subprocess.PIPE,
                    cwd=folder,
                    env=environment(proxy.url, folder),
                )
                output, errors, code = await self._wait(process)
            return Ran(code, output, errors, tuple(dict.fromkeys(proxy.refused)))

    async def _wait(self, process: asyncio.subprocess.Process) -> tuple[str, str, int | None]:
        try:
            output, errors = await asyncio.wait_for(process.communicate(), self.seconds)
        except TimeoutError:
            process.kill()
            await process.communicate()
            return "", "", None
        except asyncio.CancelledError:
            process.kill()
            await process.communicate()
            raise
        text = [data[:MOST_OUTPUT].decode("utf-8", "replace") for data in (output, errors)]
        return text[0], text[1], process.returncode

    async def steps(self, program: str, *arguments: str, expected: tuple[str, ...]) -> list[Step]:
        """Run one of our `_program_*.py`, which prints one JSON line per step it made."""
        ran = await self.run(sys.executable, "-I", str(HERE / program), *arguments)
        said = [_decoded(line) for line in ran.output.splitlines() if line.startswith('{"step"')]
        return finished([Step(s.step, s.outcome, _quoted(s.said)) for s in said], ran, expected)


def finished(steps: list[Step], ran: Ran, expected: tuple[str, ...]) -> list[Step]:
    """Complete the steps that were made with those that were not, and say why."""
    if ran.refused:
        host = ", ".join(ran.refused)
        message = Text(
            f"adresse privée ou locale refusée : {host}", f"private or local address refused: {host}"
        )
        steps = [
            Step(s.name, Outcome.CANT_TELL, message) if s.outcome is Outcome.FAILED else s for s in steps
        ]
    rest = [name for name in expected if name not in {step.name for step in steps}]
    stopped = all(step.outcome is Outcome.PASSED for step in steps) and bool(rest)
    for index, name in enumerate(rest):
        if stopped and index == 0:
            steps.append(Step(name, Outcome.FAILED if ran.code is not None else Outcome.CANT_TELL, _end(ran)))
        else:
            message = Text("une étape précédente n'a pas abouti", "an earlier step did not succeed")
            steps.append(Step(name, Outcome.UNTESTED, message))
    return steps


def _end(ran: Ran) -> Text:
    if ran.code is None:
        return Text("le programme n'a pas fini dans le délai", "the program did not finish in time")
    last = next((line.strip() for line in reversed(ran.errors.splitlines()) if line.strip()), "")[:300]
    return Text(
        f"le programme s'est arrêté ({ran.code}) : {last}", f"the program stopped ({ran.code}): {last}"
    )


def _decoded(line: str) -> _Said:
    return msgspec.json.decode(line, type=_Said)


def _quoted(said: str) -> Text:
    """The program's own words, which have one language."""
    return Text(said[:300], said[:300])


def environment(proxy: str, folder: str) -> dict[str, str]:
    """Only what a client needs: a path, a home to throw away, the proxy (loopback included), certificates."""
    authorities = os.environ.get("SSL_CERT_FILE") or ssl.get_default_verify_paths().cafile or _certifi()
    return {
        "PATH": os.environ.get("PATH", ""),
        "HOME": folder,
        "LANG": "C.UTF-8",
        **dict.fromkeys(
            ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy", "ALL_PROXY", "GDAL_HTTP_PROXY"), proxy
        ),
        "GDAL_HTTPS_PROXY": proxy,
        "GDAL_HTTP_TIMEOUT": "30",
        "GDAL_HTTP_MAX_RETRY": "0",
        "CPL_VSIL_CURL_NON_CACHED": "",
        "GDAL_DISABLE_READDIR_ON_OPEN": "EMPTY_DIR",
        "OPENBLAS_NUM_THREADS": "1",
        **(
            {"SSL_CERT_FILE": authorities, "CURL_CA_BUNDLE": authorities, "REQUESTS_CA_BUNDLE": authorities}
            if authorities
            else {}
        ),
    }


def _certifi() -> str:
    found = find_spec("certifi")
    return str(Path(found.origin).parent / "cacert.pem") if found and found.origin else ""
