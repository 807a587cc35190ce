"""PostgreSQL with PostGIS, a cluster of its own on loopback."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.peers import Absent

from cicclo.hub.demo.processes import free_port

PATIENCE = 60


def programs() -> Path:
    """Return the folder of initdb and pg_ctl; raise Absent, naming the package, without them or PostGIS."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    which = shutil.which("initdb")
    if not found and which is None:
        raise Absent("initdb (Debian: postgresql)")
    folder = found[-1].parent if found else Path(str(which)).parent
    if not list(Path("/usr/share/postgresql").glob("*/extension/postgis.control")):
        raise Absent("PostGIS (Debian: postgresql-15-postgis-3)")
    if os.getuid() == 0 and shutil.which("runuser") is None:
        raise Absent("runuser: PostgreSQL does not run as root")
    return folder


def _run(command: list[str], folder: Path | str = "/") -> str:
    """Run as the account that PostgreSQL comes with when we are root, which it refuses."""
    whole = ["runuser", "-u", "postgres", "--", *command] if os.getuid() == 0 else command
    done = subprocess.run(whole, check=True, capture_output=True, text=True, cwd=folder, timeout=PATIENCE)
    return done.stdout.strip()


@contextmanager
def postgis() -> Iterator[str]:
    """Start a cluster; yields the URL of a database where PostGIS is installed."""
    where = programs()
    folder = Path(_run(["mktemp", "-d", "-t", "cicclo-pg-XXXXXX"]))  # a socket's path must be short
    data, port = folder / "data", free_port()
    init = ["-U", "cicclo", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "-N"]
    _run([str(where / "initdb"), "-D", str(data), *init], folder)
    options = f"-k {folder} -p {port} -c listen_addresses=127.0.0.1 -c fsync=off"
    control = [str(where / "pg_ctl"), "-D", str(data), "-w"]
    _run([*control, "-l", str(folder / "log"), "-o", options, "start"], folder)
    try:
        create = ["-h", "127.0.0.1", "-p", str(port), "-U", "cicclo", "postgres"]
        _run([str(where / "psql"), *create, "-c", "CREATE EXTENSION postgis"], folder)
        yield f"postgresql://cicclo@127.0.0.1:{port}/postgres"
    finally:
        _run([*control, "-m", "immediate", "stop"], folder)
        _run(["rm", "-r", str(folder)])
