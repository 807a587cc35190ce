"""The part of the demonstration that is ours: a folder of files, a damaged copy of it, and the replay server."""

import re

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from cicclo.hub.demo.peers import DATA
from cicclo.hub.demo.replay import ABSENT, capturable, parameters, platforms

RASTER = DATA / "raster" / "mns_lidar_5m_cog.tif"
RECORD = DATA / "metadata" / "rennes_metropole_comites_secteur.iso19139.xml"


def application() -> Starlette:
    """`/fichiers`: as it should be; `/imparfait`: the same, damaged; `/rejeu/<platform>`: captured answers."""
    return Starlette(
        routes=[
            Mount("/fichiers", StaticFiles(directory=DATA)),
            Route("/imparfait/mns.tif", imperfect_raster, methods=["GET"]),
            Route("/imparfait/fiche.xml", imperfect_record, methods=["GET"]),
            Route("/rejeu/{platform}", replay, methods=["GET", "HEAD", "POST", "OPTIONS"]),
            Route("/rejeu/{platform}/{path:path}", replay, methods=["GET", "HEAD", "POST", "OPTIONS"]),
        ]
    )


async def imperfect_raster(_request: Request) -> Response:
    """Send the whole file whatever range is asked, under a media type that says nothing."""
    return Response(RASTER.read_bytes(), media_type="application/octet-stream")


async def imperfect_record(_request: Request) -> Response:
    """Send a record whose contact, licence and date are gone."""
    text = RECORD.read_text("utf-8")
    for lost in ("resourceConstraints", "contact", "dateStamp"):
        text = re.sub(rf"<gmd:{lost}\b.*?</gmd:{lost}>", "", text, flags=re.DOTALL)
    return Response(text, media_type="text/html")


async def replay(request: Request) -> Response:
    """Answer what was captured; anything else is marked as never captured."""
    platform = platforms().get(request.path_params["platform"])
    path = "/" + request.path_params["path"] if "path" in request.path_params else ""
    capture = platform.answer(path, parameters(request.url.query)) if platform else None
    if capture is None or not capturable(request.method, request.headers):
        return Response(status_code=404, headers={ABSENT: "absent"})
    return FileResponse(capture.file, media_type=capture.media_type)
