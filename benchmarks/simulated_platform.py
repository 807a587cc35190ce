"""A platform of a thousand collections, a thousand WMS layers and a thousand WFS types, on loopback.

It serves the example services of the checks, with their one collection, layer and type multiplied; every
answer waits 20 ms, as a platform across a country would take. Usage: simulated_platform.py PORT [COUNT] [DELAY_MS]
"""

import json
import re
import sys
from collections.abc import Callable
from dataclasses import replace
from urllib.parse import urlsplit

import uvicorn

from cicclo.probes.examples import ogcapi, wfs, wms
from cicclo.probes.examples.served import application
from cicclo.probes.examples.site import Reply, Site
from cicclo.web.outgoing import Request

COPY = re.compile(r"__\d+")
LEAF_LAYER = re.compile(r"<Layer[^>]*>(?:(?!<Layer)[\s\S])*?</Layer>")
FEATURE_TYPE = re.compile(r"<(?:wfs:)?FeatureType[ >][\s\S]*?</(?:wfs:)?FeatureType>")
NAME = re.compile(r"<(?:wfs:)?Name>([^<]+)</")


def multiplied(
    site: Site, count: int, lists: Callable[[str], bool], repeat: Callable[[str, int], str]
) -> Site:
    """A site whose lists repeat their first member under numbered names; a numbered name answers as the first."""
    made: dict[str, Reply] = {}

    def handle(request: Request) -> Reply | None:
        if lists(request.url) and request.method == "GET":
            if request.url not in made:
                reply = site.answer(request)
                made[request.url] = replace(reply, body=repeat(reply.body.decode(), count).encode())
            return made[request.url]
        copied = COPY.search(request.url) or COPY.search(request.body.decode("utf-8", "replace"))
        body = COPY.sub("", request.body.decode("utf-8", "replace")).encode()
        reply = site.handler(Request(request.method, COPY.sub("", request.url), request.headers, body))
        return _renamed(request.url, reply, copied[0]) if copied and reply else reply

    return replace(site, handler=handle)


def _renamed(url: str, reply: Reply, suffix: str) -> Reply:
    """Give the links of a collection's copy their numbered name back."""
    name = re.search(r"/collections/([^/?]+?)__\d+", url)
    if name is None:
        return reply
    return replace(
        reply,
        body=reply.body.replace(
            f"/collections/{name[1]}".encode(), f"/collections/{name[1]}{suffix}".encode()
        ),
    )


def collections(body: str, count: int) -> str:
    """Repeat the first collection of /collections."""
    document = json.loads(body)
    first, name = json.dumps(document["collections"][0]), document["collections"][0]["id"]
    copies = (
        first.replace(f'"{name}"', f'"{name}__{i}"').replace(f"/{name}", f"/{name}__{i}")
        for i in range(count)
    )
    document["collections"] = [json.loads(copy) for copy in copies]
    return json.dumps(document)


def layers(pattern: re.Pattern[str]) -> Callable[[str, int], str]:
    """Repeat the first layer or feature type of a capabilities document."""

    def repeat(body: str, count: int) -> str:
        found = pattern.search(body)
        name = NAME.search(found[0]) if found else None
        if found is None or name is None:
            return body
        copies = "".join(found[0].replace(f">{name[1]}<", f">{name[1]}__{i}<") for i in range(count))
        return body[: found.start()] + copies + body[found.end() :]

    return repeat


def capabilities(url: str) -> bool:
    return "request=getcapabilities" in url.lower()


def main(port: int, count: int = 1000, milliseconds: int = 20) -> None:
    sites = {
        "ogcapi": multiplied(
            ogcapi.site(),
            count,
            lambda url: urlsplit(url).path.rstrip("/").endswith("/collections"),
            collections,
        ),
        "wms": multiplied(wms.site(), count, capabilities, layers(LEAF_LAYER)),
        "wfs": multiplied(wfs.site(), count, capabilities, layers(FEATURE_TYPE)),
    }
    served = application(sites, f"http://127.0.0.1:{port}", milliseconds / 1000)
    uvicorn.run(served, port=port, log_level="error", access_log=False, lifespan="off")


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:]))
