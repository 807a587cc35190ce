"""The limit: an ASGI application that only sends bytes prepared beforehand, on the web server that we use.

`BARE` names a pickle of {path and query: (content type, body)}.
"""

import os
import pickle
from pathlib import Path

PREPARED = pickle.loads(Path(os.environ["BARE"]).read_bytes()) if "BARE" in os.environ else {}


async def app(scope, receive, send) -> None:  # noqa: ARG001
    if scope["type"] == "lifespan":
        return
    query = scope["query_string"]
    path = scope.get("raw_path") or scope["path"].encode()
    kind, body = PREPARED[path + b"?" + query if query else path]
    headers = [(b"content-type", kind), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})
