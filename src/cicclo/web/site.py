"""Operations → one ASGI application: routes, pages, problems, static files."""

import inspect
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import msgspec
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from cicclo.kernel.access import ANYONE
from cicclo.kernel.errors import BadInput, CiccloError
from cicclo.kernel.text import LANGS, Text
from cicclo.web import problems
from cicclo.web.gate import LASTS, SESSION_COOKIE, Gate
from cicclo.web.locale import Words
from cicclo.web.negotiation import LANG_COOKIE, language, wants_json
from cicclo.web.operation import Operation, Visit, decode, decode_form, path_names
from cicclo.web.pages import Pages
from cicclo.web.reception import Files, accepts, receive
from cicclo.web.replies import Data, Page, Raw, Redirect, Reply, Stored
from cicclo.web.security import SecurityHeaders

MOST_BODY = 256 * 1024
YEAR = 365 * 24 * 3600


@asynccontextmanager
async def _nothing(_app: Starlette) -> AsyncIterator[None]:
    yield


@dataclass(slots=True)
class Site:
    """`lifespan` runs what lives as long as the server; `mounts` are whole applications, under their own prefix."""

    operations: Sequence[Operation]
    pages: Pages
    gate: Gate
    lifespan: Callable[[Starlette], AbstractAsyncContextManager[None]] = _nothing
    mounts: Sequence[Mount] = ()

    def asgi(self) -> Starlette:
        with as_file(files("cicclo.web") / "static") as folder:
            static = Mount("/static", StaticFiles(directory=Path(folder)))
        return Starlette(
            routes=[*(self._route(operation) for operation in self.operations), static, *self.mounts],
            middleware=[Middleware(SecurityHeaders)],
            exception_handlers={
                CiccloError: self._problem,
                HTTPException: self._problem,
                Exception: self._fault,
            },
            lifespan=self.lifespan,
        )

    def _route(self, operation: Operation) -> Route:
        async def answer(request: Request) -> Response:
            return await self._answer(operation, request)

        return Route(operation.path, answer, methods=[operation.method], name=operation.id)

    async def _answer(self, operation: Operation, request: Request) -> Response:
        actor = await run_in_threadpool(self.gate.actor, request)
        self.gate.check(actor, operation.action)
        params = decode(operation.params, request.path_params, request.query_params)
        if operation.json and wants_json(request.headers.get("accept", "")):
            return self._negotiated(RedirectResponse(_twin(operation, request), 303))
        said: list[Any] = [params]
        if operation.form is not None:
            said += await self._form(operation, request)
        visit = Visit(request, _words(request), actor, self.gate.token(self.gate.ticket(request)))
        reply = await _call(operation, visit, said)
        response = await run_in_threadpool(self._response, reply, visit)
        asked = request.query_params.get("lang", "")
        if asked in LANGS and asked != request.cookies.get(LANG_COOKIE):
            response.set_cookie(LANG_COOKIE, asked, max_age=YEAR, samesite="lax", httponly=True, path="/")
        return self._negotiated(response)

    async def _form(self, operation: Operation, request: Request) -> list[Any]:
        """The form that was sent, and the files that came with it when the operation receives some."""
        assert operation.form is not None
        if operation.reception and accepts(_media_type(request)):
            check = partial(self.gate.check_token, request)
            fields, files = await receive(request, operation.reception, check)
            try:
                return [decode_form(operation.form, fields), files]
            except BadInput:
                await run_in_threadpool(files.discard)
                raise
        fields = await _fields(request)
        token = str(fields.pop("csrf", "") or request.headers.get("x-csrf-token", ""))
        self.gate.check_token(request, token)
        form = decode_form(operation.form, fields)
        return [form, Files()] if operation.reception else [form]

    def _response(self, reply: Reply, visit: Visit) -> Response:
        match reply:
            case Page(template, data, status, headers):
                return HTMLResponse(self.pages.render(template, visit, dict(data)), status, dict(headers))
            case Data(content, status, headers):
                return Response(msgspec.json.encode(content), status, dict(headers), "application/json")
            case Raw(content, media_type, filename, headers):
                named = {"content-disposition": f'attachment; filename="{filename}"'} if filename else {}
                return Response(content, 200, {**named, **headers}, media_type)
            case Stored(path, media_type, filename):
                return FileResponse(path, media_type=media_type, filename=filename or None)
            case Redirect(to, cookies):
                return _redirect(to, dict(cookies), secure=visit.request.url.scheme == "https")

    def _negotiated(self, response: Response) -> Response:
        response.headers.setdefault("vary", "Accept, Accept-Language, Cookie")
        response.headers.setdefault("cache-control", "no-cache")
        return response

    async def _problem(self, request: Request, raised: Exception) -> Response:
        error = (
            raised
            if isinstance(raised, CiccloError)
            else problems.of_status(getattr(raised, "status_code", 500))
        )
        words = _words(request)
        if problems.is_json(request):
            return self._negotiated(problems.json_response(error, words.lang, request.url.path))
        if isinstance(error, problems.SignInNeeded) and request.method == "GET":
            return RedirectResponse(f"/connexion?next={request.url.path}", 303)
        ticket = self.gate.ticket(request)
        actor = self.gate.actor(request) if ticket else ANYONE
        visit = Visit(request, words, actor, self.gate.token(ticket))
        html = self.pages.render("web/problem.html", visit, {"error": error})
        return self._negotiated(HTMLResponse(html, error.status))

    async def _fault(self, request: Request, _raised: Exception) -> Response:
        """Say only where to look: the server's own log has the rest."""
        return await self._problem(
            request,
            CiccloError(
                Text("erreur interne : voir le journal du serveur", "internal error: see the server's log")
            ),
        )


def _words(request: Request) -> Words:
    return Words(language(request.query_params, request.cookies, request.headers.get("accept-language", "")))


async def _call(operation: Operation, visit: Visit, said: list[Any]) -> Reply:
    if inspect.iscoroutinefunction(operation.handler):
        reply: Reply = await operation.handler(visit, *said)
        return reply
    plain: Callable[..., Reply] = operation.handler  # type: ignore[assignment]
    return await run_in_threadpool(plain, visit, *said)


def _twin(operation: Operation, request: Request) -> str:
    path = operation.json
    for name in path_names(path):
        path = path.replace(f"{{{name}}}", str(request.path_params[name])).replace(
            f"{{{name}:path}}", str(request.path_params[name])
        )
    return f"{path}?{request.url.query}" if request.url.query else path


async def _fields(request: Request) -> dict[str, Any]:
    """Read a form or a JSON object, within a size no form of ours passes."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_BODY:
            raise problems.TooLarge(Text(f"plus de {MOST_BODY} octets", f"more than {MOST_BODY} bytes"))
    media_type = _media_type(request)
    if not body and not media_type:
        return {}
    if media_type == "application/json":
        return _json_fields(bytes(body))
    if media_type == "application/x-www-form-urlencoded":
        return _form_fields(bytes(body))
    raise BadInput(
        Text("corps de type inattendu", "unexpected type of body"),
        at="Content-Type",
        remedy=Text(
            "application/x-www-form-urlencoded ou application/json",
            "application/x-www-form-urlencoded or application/json",
        ),
    )


def _media_type(request: Request) -> str:
    return request.headers.get("content-type", "").split(";")[0].strip().lower()


def _json_fields(body: bytes) -> dict[str, Any]:
    try:
        return msgspec.json.decode(body, type=dict[str, Any])
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BadInput(Text(f"objet JSON attendu ({error})", f"JSON object expected ({error})")) from error


def _form_fields(body: bytes) -> dict[str, Any]:
    try:
        pairs = parse_qsl(body.decode(), keep_blank_values=True, strict_parsing=bool(body), errors="strict")
    except ValueError as error:
        raise BadInput(Text("formulaire illisible", "unreadable form")) from error
    fields = dict(pairs)
    if len(fields) < len(pairs):
        raise BadInput(Text("champ donné deux fois", "field given twice"))
    return fields


def _redirect(to: str, cookies: dict[str, str], *, secure: bool) -> Response:
    response = RedirectResponse(to, 303)
    for name, value in cookies.items():
        if value:
            age = LASTS if name == SESSION_COOKIE else YEAR
            response.set_cookie(
                name, value, max_age=age, httponly=True, samesite="lax", secure=secure, path="/"
            )
        else:
            response.delete_cookie(name, path="/")
    return response
