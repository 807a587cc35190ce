"""A prepared file on the wire, whole or by ranges: tools read parts of a GeoParquet file where it is."""

import re
from typing import Any

from starlette.responses import FileResponse

from cicclo.features.http import delivery
from cicclo.features.http.delivery import CACHE, NO_SNIFFING, OPEN
from cicclo.features.http.ready import Sent, not_modified
from cicclo.features.http.requests import Incoming
from cicclo.features.resources import Prepared

_RANGE = re.compile(rb"bytes=\s*(?:\d+-\d*|-\d+)(?:\s*,\s*(?:\d+-\d*|-\d+)){0,9}")


async def send(reply: Prepared, incoming: Incoming) -> Sent:
    """Send it; the tag is strong, since these very bytes are what ranges are of."""
    tag = delivery.etag(reply.version).removeprefix(b"W/")
    own = [*OPEN, NO_SNIFFING, CACHE, (b"etag", tag), *delivery.encoded(reply.headers)]
    if incoming.has(tag):
        return await not_modified(own, incoming)
    told: list[int] = [200, 0]

    async def sending(message: Any) -> None:
        if message["type"] == "http.response.start":
            told[0] = message["status"]
            kept = [field for field in message["headers"] if field[0] != b"etag"]
            message["headers"] = [*kept, *own]
        told[1] += len(message.get("body", b""))
        await incoming.send(message)

    scope = {**incoming.scope, "extensions": {}}  # no path is handed to the server: it must send these bytes
    if not _RANGE.fullmatch(
        incoming.headers.get(b"range", b"")
    ):  # what is no range is ignored (RFC 9110, 14.2)
        scope["headers"] = [field for field in scope["headers"] if field[0] != b"range"]
    response = FileResponse(
        reply.path,
        media_type=reply.media_type,
        filename=reply.filename,
        headers={"etag": tag.decode()},  # what If-Range is compared with
    )
    await response(scope, incoming.receive, sending)
    return told[0], told[1]
