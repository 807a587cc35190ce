"""The server process: workers, signals, memory; the application it runs opens its stores when it starts."""

import asyncio
import contextlib
import ctypes
import gc
import logging
import multiprocessing
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

from cicclo.features import opening
from cicclo.features.asgi import Application, application
from cicclo.features.configuration import Configuration
from cicclo.features.http.usage import Usage
from cicclo.features.http.workers import Shared
from cicclo.features.service import Service
from cicclo.features.settings import Settings
from cicclo.kernel.errors import CiccloError
from cicclo.kernel.text import Text

log = logging.getLogger(__name__)
Read = Callable[[], Configuration]
EVERY = 1.0  # seconds between two writings of the log
GRACE = 60.0  # seconds that requests under way keep the former stores open
STARTING = Service(Text("Démarrage", "Starting"), {})
NOT_TAKEN = Text("configuration non prise : {}", "configuration not taken: {}")
_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD = -1, -3
_KEPT = 64 * 1024 * 1024


def keep_buffers() -> None:
    """Tell glibc to keep freed buffers of answers: mapping and unmapping them at each one halves the speed."""
    if sys.platform != "linux":
        return
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)  # musl has none
    if mallopt is not None:
        mallopt(_M_MMAP_THRESHOLD, _KEPT)
        mallopt(_M_TRIM_THRESHOLD, 2 * _KEPT)


def worker(settings: Settings, read: Read, prepare: Callable[[], object] | None = None) -> Application:
    """The application of one worker. SIGHUP reads the configuration again; a wrong one is told, and not taken.

    `prepare` publishes what changed, when there is no other process to do it.
    """
    keep_buffers()
    signal.signal(signal.SIGHUP, signal.SIG_IGN)  # until we can answer it
    usage = Usage(_writer(settings.access_log))

    @contextlib.asynccontextmanager
    async def live(app: Application) -> AsyncIterator[None]:
        app.replace(await _first(settings, read))
        gc.collect()
        gc.freeze()  # what is there now stays: it need not be walked again while requests are answered
        shared = Shared(Path(settings.folder) / ".workers", usage) if settings.workers > 1 else None
        tasks = {asyncio.create_task(_flush(usage, shared))}
        _on_hangup(lambda: tasks.add(asyncio.create_task(_reload(app, settings, read, prepare))))
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            await opening.close(app.site.service.stores.values())

    return application(STARTING, usage=usage, lifespan=live)


async def _first(settings: Settings, read: Read) -> Service:
    """Open the sources; what prevents it is told here, where a person looks, since the server would hide it."""
    try:
        return await opening.open_service(read(), settings)
    except CiccloError as error:
        print(f"cicclo: {error.say(settings.lang)}", file=sys.stderr, flush=True)  # noqa: T201
        raise


def _on_hangup(call: Callable[[], object]) -> None:
    with contextlib.suppress(
        NotImplementedError, RuntimeError
    ):  # a loop without signals, or not the main thread
        asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, call)


async def _reload(
    app: Application, settings: Settings, read: Read, prepare: Callable[[], object] | None
) -> None:
    try:
        if prepare is not None:
            await asyncio.to_thread(prepare)
        service = await opening.open_service(read(), settings)
    except CiccloError as error:
        log.error("%s", NOT_TAKEN.get(settings.lang).format(error.say(settings.lang)))  # noqa: TRY400 - the sentence says it all
        return
    former = app.replace(service)
    await asyncio.sleep(GRACE)
    await opening.close(former.stores.values())


async def _flush(usage: Usage, shared: Shared | None) -> None:
    """Write what was noted; a full disk stops neither the service nor the next try."""
    while True:
        await asyncio.sleep(EVERY)
        try:
            await asyncio.to_thread(usage.flush)
            if shared is not None:
                await asyncio.to_thread(shared.write)
        except OSError:
            log.warning("figures of use cannot be written", exc_info=True)


def _writer(place: str) -> Callable[[bytes], None] | None:
    """Append to a file whole lines at a time, so that several workers can share it."""
    if not place:
        return None
    number = 1 if place == "-" else os.open(place, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o640)
    return lambda lines: (os.write(number, lines), None)[1]


def run(settings: Settings, read: Read, prepare: Callable[[], object]) -> None:
    """Serve until SIGINT or SIGTERM. `prepare` publishes what changed, before workers are told to look again."""
    if settings.server == "uvicorn":
        import uvicorn  # noqa: PLC0415 - the other server

        uvicorn.run(
            worker(settings, read, prepare), host=settings.host, port=settings.port, log_level="warning"
        )
        return
    _granian(settings, read, prepare)


def _granian(settings: Settings, read: Read, prepare: Callable[[], object]) -> None:
    from granian import Granian  # noqa: PLC0415
    from granian.constants import Interfaces  # noqa: PLC0415

    multiprocessing.set_start_method("spawn", force=True)  # threads of Arrow do not survive a fork
    server = Granian(
        "cicclo",
        address=settings.host,
        port=settings.port,
        interface=Interfaces.ASGI,
        workers=settings.workers,
        websockets=False,
        log_enabled=False,
        backlog=2048,
        workers_kill_timeout=30,
        respawn_failed_workers=True,
    )

    def hangup(*_signal: Any) -> None:
        try:
            read()
            prepare()
        except CiccloError as error:
            log.error("%s", NOT_TAKEN.get(settings.lang).format(error.say(settings.lang)))  # noqa: TRY400
            return
        for each in server.wrks:
            os.kill(each._id(), signal.SIGHUP)  # type: ignore[no-untyped-call]  # noqa: SLF001

    server.on_startup(lambda: signal.signal(signal.SIGHUP, hangup))
    try:
        server.serve(target_loader=Loader(settings, read), wrap_loader=False)
    except SystemExit as ended:
        raise SystemExit(2 if ended.code else 0) from None


class Loader:
    """What a worker process is started with: it can be sent to it whole."""

    def __init__(self, settings: Settings, read: Read) -> None:
        self._settings = settings
        self._read = read

    def __call__(self) -> Application:
        return worker(self._settings, self._read)
