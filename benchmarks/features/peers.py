"""The servers that are compared: how each is started, where it listens, what it calls the two layers."""

import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.features.kinds import CQL

ROOT = Path(__file__).parents[2]
BENCH = ROOT / ".venv-bench" / "bin"  # pygeoapi and tipg: their SQLAlchemy is not pycsw's
CONF = Path(__file__).parent / "conf"
SYSTEM_PYTHON = "/usr/bin/python3"  # the one that python3-qgis is installed for
WEB = 5604  # nginx, in front of MapServer and QGIS Server


@dataclass(frozen=True)
class Server:
    """`paths` replace those of `kinds.KINDS`; None: this server cannot do it. `names` are its ids of the layers."""

    name: str
    base: str
    command: list[str]
    env: Mapping[str, str] = field(default_factory=dict)
    paths: Mapping[str, str | None] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=lambda: {"points": "points", "communes": "communes"})
    store: str = "PostGIS"


@dataclass(frozen=True)
class Place:
    """Where a run keeps its files, and what the servers read."""

    folder: Path
    dsn: str
    files: Mapping[str, Path]


def own(place: Place) -> list[Server]:
    """Our server on each store."""
    serve = [str(Path(sys.executable).parent / "cicclo"), "features", "serve", "--host", "127.0.0.1"]
    published = place.folder / "published"
    files = [str(place.files["communes"]), str(place.files["points"])]
    return [
        Server("cicclo", "http://127.0.0.1:5611", [*serve, "--port", "5611", "--folder", str(published), *files], store="published"),
        Server("cicclo", "http://127.0.0.1:5612", [*serve, "--port", "5612", "--allow-private", place.dsn], store="PostGIS"),
    ]  # fmt: skip


def peers(place: Place) -> list[Server]:
    """pygeoapi, tipg, MapServer and QGIS Server, those that this machine has."""
    found = []
    if (BENCH / "pygeoapi").exists():
        found.append(_pygeoapi(place))
    if (BENCH / "uvicorn").exists() and (BENCH.parent / "lib").exists():
        found.append(_tipg(place))
    if shutil.which("nginx") and shutil.which("spawn-fcgi"):
        if Path("/usr/lib/cgi-bin/mapserv").exists():
            found.append(_mapserver(place))
        if Path("/usr/lib/cgi-bin/qgis_mapserv.fcgi").exists() and Path(SYSTEM_PYTHON).exists():
            found.append(_qgis(place))
    return found


def _written(place: Place, name: str) -> Path:
    """A template of conf/ with this run's values."""
    text = (CONF / name).read_text("utf-8")
    port = place.dsn.rpartition(":")[2].partition("/")[0]
    for mark, value in {"@PORT@": port, "@FOLDER@": str(place.folder), "@WEB@": str(WEB)}.items():
        text = text.replace(mark, value)
    target = place.folder / name
    target.write_text(text, "utf-8")
    return target


def _pygeoapi(place: Place) -> Server:
    conf, definition = _written(place, "pygeoapi.yml"), place.folder / "pygeoapi.openapi.yml"
    env = {"PYGEOAPI_CONFIG": str(conf), "PYGEOAPI_OPENAPI": str(definition)}
    command = [str(BENCH / "pygeoapi"), "openapi", "generate", str(conf), "--output-file", str(definition)]
    subprocess.run(command, env={**os.environ, **env}, check=True, capture_output=True)
    run = [
        str(BENCH / "uvicorn"),
        "pygeoapi.starlette_app:APP",
        "--port",
        "5601",
        "--no-access-log",
        "--log-level",
        "error",
    ]
    older = {
        "CQL2": "/collections/{points}/items?filter-lang=cql-text&filter=" + CQL + "&limit=100"
    }  # 0.21's name of it
    return Server("pygeoapi", "http://127.0.0.1:5601", run, env, older)


def _tipg(place: Place) -> Server:
    run = [
        str(BENCH / "uvicorn"),
        "tipg.main:app",
        "--port",
        "5602",
        "--no-access-log",
        "--log-level",
        "error",
    ]
    names = {"points": "public.points", "communes": "public.communes"}
    return Server("tipg", "http://127.0.0.1:5602", run, {"DATABASE_URL": place.dsn}, names=names)


def _mapserver(place: Place) -> Server:
    _written(place, "bench.map")
    conf = _written(place, "mapserver.conf")
    base = f"http://127.0.0.1:{WEB}/ms/bench/ogcapi"
    with_f = {
        "landing": "?f=json",
        "limit=10": "/collections/{points}/items?f=json&limit=10",
        "limit=1000": "/collections/{points}/items?f=json&limit=1000",
        "limit=1000 polygons": "/collections/{communes}/items?f=json&limit=1000",
        "bbox": "/collections/{points}/items?f=json&bbox={bbox}&limit=1000",
        "bbox polygons": "/collections/{communes}/items?f=json&bbox={bbox}&limit=1000",
        "item": "/collections/{points}/items/{id}?f=json",
        "offset=500000": "/collections/{points}/items?f=json&offset=500000&limit=100",
        "code_insee=…": None,
        "CQL2": None,
    }
    run = _fastcgi(place, "ms", "/usr/lib/cgi-bin/mapserv")
    return Server("MapServer", base, run, {"MAPSERVER_CONFIG_FILE": str(conf)}, with_f)


def _qgis(place: Place) -> Server:
    script = _written(place, "make_project.py")
    env = {"QT_QPA_PLATFORM": "offscreen", "XDG_RUNTIME_DIR": str(place.folder), "HOME": str(place.folder)}
    subprocess.run([SYSTEM_PYTHON, str(script)], env={**os.environ, **env}, check=False, capture_output=True)
    run = _fastcgi(place, "qg", "/usr/lib/cgi-bin/qgis_mapserv.fcgi")
    paths = {"landing": ".json", "CQL2": None} | {
        kind: template.replace("/items?", "/items.json?").replace("/items/{id}", "/items/{id}.json")
        for kind, template in _KINDS_QGIS.items()
    }
    return Server("QGIS Server", f"http://127.0.0.1:{WEB}/wfs3", run, env, paths)


_KINDS_QGIS = {
    "limit=10": "/collections/{points}/items?limit=10",
    "limit=1000": "/collections/{points}/items?limit=1000",
    "limit=1000 polygons": "/collections/{communes}/items?limit=1000",
    "bbox": "/collections/{points}/items?bbox={bbox}&limit=1000",
    "bbox polygons": "/collections/{communes}/items?bbox={bbox}&limit=1000",
    "item": "/collections/{points}/items/{id}",
    "offset=500000": "/collections/{points}/items?offset=500000&limit=100",
    "code_insee=…": "/collections/{points}/items?code_insee={code}&limit=100",
}


def _fastcgi(place: Place, name: str, program: str) -> list[str]:
    """One FastCGI process in the foreground, on a socket that nginx knows."""
    socket = place.folder / f"{name}.sock"
    return ["spawn-fcgi", "-n", "-s", str(socket), "-M", "0777", "--", program]


@contextmanager
def nginx(place: Place) -> Iterator[None]:
    """The web server in front of the FastCGI ones, when this machine has it."""
    if not shutil.which("nginx"):
        yield
        return
    conf = _written(place, "nginx.conf")
    process = subprocess.Popen(["nginx", "-c", str(conf), "-g", "daemon off;"], stderr=subprocess.DEVNULL)
    try:
        yield
    finally:
        _stop(process)


@contextmanager
def started(server: Server, place: Place, patience: float = 120) -> Iterator[float]:
    """Start one server and yield the seconds until its first answer; stop it, and its children, at the end."""
    log = (place.folder / f"{server.name.replace(' ', '')}-{server.store}.log").open("w")
    begun = time.monotonic()
    process = subprocess.Popen(
        server.command,
        env=_environment(server),
        stdout=log,
        stderr=log,
        start_new_session=True,
        cwd=place.folder,
    )
    try:
        _wait(server, process, begun + patience)
        yield time.monotonic() - begun
    finally:
        _stop(process)


def _environment(server: Server) -> dict[str, str]:
    """Compiled modules are kept, as everywhere but on some build machines: else every start compiles them again."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"} | dict(
        server.env
    )


def _wait(server: Server, process: subprocess.Popen[bytes], until: float) -> None:
    address = server.base + (server.paths.get("landing") or "/?f=json")
    while time.monotonic() < until:
        if process.poll() is not None:
            msg = f"{server.name} ({server.store}) stopped with {process.returncode}"
            raise RuntimeError(msg)
        try:
            with urllib.request.urlopen(address, timeout=5):
                return
        except OSError:
            time.sleep(0.02)
    msg = f"{server.name} ({server.store}) does not answer at {address}"
    raise RuntimeError(msg)


def _stop(process: subprocess.Popen[bytes]) -> None:
    for sign in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(process.pid, sign) if os.getpgid(process.pid) == process.pid else process.send_signal(
                sign
            )
            process.wait(10)
        except subprocess.TimeoutExpired:
            continue
        except ProcessLookupError:
            pass
        return


def memory(pid_of_group: int) -> float:
    """Proportional set size of a process group, in MB: shared pages are divided among those who share them."""
    total = 0
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            if os.getpgid(int(entry.name)) == pid_of_group:
                lines = (entry / "smaps_rollup").read_text().splitlines()
                total += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
        except (OSError, ProcessLookupError):
            continue  # it ended meanwhile
    return total / 1024
