"""A real PostgreSQL server for a test run, on loopback, with its own data; skipped where its programs are absent."""

import asyncio
import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest


def _programs() -> Path | None:
    folder = Path("/usr/lib/postgresql")
    found = sorted(folder.glob("*/bin/initdb")) if folder.is_dir() else []
    which = shutil.which("initdb")
    return found[-1].parent if found else Path(which).parent if which else None


def _as_user(command: list[str]) -> list[str]:
    """PostgreSQL refuses to run as root: lend it the account it comes with."""
    return ["runuser", "-u", "postgres", "--", *command] if os.getuid() == 0 else command


@dataclass
class Cluster:
    """`start` and `stop` may be called again: a server that goes and comes back."""

    programs: Path
    folder: Path
    port: int

    @property
    def url(self) -> str:
        return f"postgresql://cicclo@127.0.0.1:{self.port}/postgres"

    def start(self) -> None:
        options = f"-k {self.folder} -p {self.port} -c listen_addresses=127.0.0.1 -c fsync=off"
        self._control("-l", str(self.folder / "log"), "-o", options, "start")

    def stop(self, mode: str = "immediate") -> None:
        self._control("-m", mode, "stop")

    def _control(self, *arguments: str) -> None:
        command = [str(self.programs / "pg_ctl"), "-D", str(self.folder / "data"), "-w", *arguments]
        subprocess.run(_as_user(command), check=True, capture_output=True, cwd=self.folder)


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """A PostgreSQL server for this run, on a port of its own."""
    programs = _programs()
    if programs is None:
        pytest.skip("initdb (PostgreSQL) is not installed")
    if os.getuid() == 0 and shutil.which("runuser") is None:
        pytest.skip("runuser is not installed: PostgreSQL does not run as root")
    # pytest's folders are closed to other accounts, and a socket's path must be short
    made = subprocess.run(
        _as_user(["mktemp", "-d", "-t", "cicclo-pg-XXXXXX"]), check=True, capture_output=True, text=True
    )
    folder = Path(made.stdout.strip())
    create = [
        str(programs / "initdb"),
        "-D",
        str(folder / "data"),
        "-U",
        "cicclo",
        "-A",
        "trust",
        "-E",
        "UTF8",
        "-N",
    ]
    subprocess.run(_as_user(create), check=True, capture_output=True, cwd=folder)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = Cluster(programs, folder, port)
    server.start()
    try:
        yield server
    finally:
        server.stop()
        subprocess.run(_as_user(["rm", "-r", str(folder)]), check=True, cwd="/")


@pytest.fixture(scope="session")
def postgresql(cluster: Cluster) -> str:
    """Its address."""
    return cluster.url


@pytest.fixture(scope="session")
def postgis(cluster: Cluster) -> str:
    """The address of a database of that server with PostGIS; skipped where the extension is absent."""
    asyncpg = pytest.importorskip("asyncpg")

    async def prepare() -> bool:
        connection = await asyncpg.connect(cluster.url)
        found = await connection.fetchval(
            "SELECT count(*) FROM pg_available_extensions WHERE name = 'postgis'"
        )
        if found:
            await connection.execute("CREATE DATABASE geo")
        await connection.close()
        if found:
            connection = await asyncpg.connect(cluster.url.replace("/postgres", "/geo"))
            await connection.execute("CREATE EXTENSION postgis")
            await connection.close()
        return bool(found)

    if not asyncio.run(prepare()):
        pytest.skip("the PostGIS extension is not installed")
    return cluster.url.removesuffix("/postgres") + "/geo"
