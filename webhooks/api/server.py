"""Makes routes of operations: checks who asks, how often and what, and puts every refusal into a problem document."""

from collections.abc import Mapping, Sequence
from typing import Any

import structlog
from aiohttp import web
from multidict import MultiMapping
from pydantic import BaseModel, ValidationError

from ticket_store.errors import StoreError
from webhooks.api.access import Allowance, Tokens
from webhooks.api.formats import wants_csv
from webhooks.api.once import MOST_KEY_CHARS, Once, is_key
from webhooks.api.operations import Answered, Asked, BadQuery, Operation
from webhooks.api.problems import plain, refusal
from webhooks.errors import WebhooksError
from webhooks.limits import MOST_BODY_BYTES, body_of

log = structlog.get_logger("api")

BASE = "/api/v1"
_PATHS = {"{id}": "{id:[A-Za-z0-9_-]{1,64}}", "{code}": r"{code:[^/\r\n]{1,64}}"}


class BadBody(Exception):
    """What was sent is not what the call takes."""

    def __init__(self, status: int, detail: str, errors: Sequence[Mapping[str, str]] = ()) -> None:
        super().__init__(detail)
        self.status, self.detail, self.errors = status, detail, errors


class Server:
    """One route for each path, whatever the method, so that a wrong method is told the right ones."""

    def __init__(self, tokens: Tokens, allowance: Allowance, once: Once) -> None:
        self._tokens, self._allowance, self._once = tokens, allowance, once
        self._paths: dict[str, dict[str, Operation]] = {}

    def offer(self, operations: Sequence[Operation]) -> None:
        """These are answered from now on; routes are made of the first ones."""
        paths: dict[str, dict[str, Operation]] = {}
        for one in operations:
            paths.setdefault(one.path, {})[one.method] = one
        self._paths = paths

    def routes(self) -> list[web.AbstractRouteDef]:
        return [self._route(path, methods) for path, methods in self._paths.items()]

    def _route(self, path: str, methods: Mapping[str, Operation]) -> web.RouteDef:
        pattern = path
        for name, expression in _PATHS.items():
            pattern = pattern.replace(name, expression)
        allowed = ", ".join(sorted({*methods, *({"HEAD"} if "GET" in methods else ())}))

        async def handle(request: web.Request) -> web.StreamResponse:
            operation = self._paths[path].get("GET" if request.method == "HEAD" else request.method)
            if operation is None:
                return plain(405, f"this address takes {allowed}", {"Allow": allowed})
            return await self._answer(request, operation)

        return web.route("*", f"{BASE}{pattern}", handle)

    async def _answer(self, request: web.Request, operation: Operation) -> web.StreamResponse:
        try:
            return await self._checked(request, operation)
        except BadQuery as bad:
            return plain(400, str(bad))
        except BadBody as bad:
            extra: dict[str, Any] = {"errors": list(bad.errors)} if bad.errors else {}
            return plain(bad.status, bad.detail, **extra)
        except web.HTTPRequestEntityTooLarge:
            return plain(413, f"a body has at most {MOST_BODY_BYTES} bytes")
        except (StoreError, WebhooksError) as error:
            return refusal(error)
        except web.HTTPException as error:
            return plain(error.status, error.reason)
        except ConnectionResetError:
            raise
        except Exception:
            log.exception("call failed", call=operation.name)
            return plain(500, "something went wrong here; it was logged")

    async def _checked(self, request: web.Request, operation: Operation) -> web.StreamResponse:
        header = request.headers.get("Authorization", "")
        person = await self._tokens.person(header)
        if person is None:
            return plain(401, "send the header Authorization: Bearer <token>; tongdai tokens add makes one")
        wait = self._allowance.take(person.id)
        if wait:
            return plain(429, "too many calls; wait a moment", {"Retry-After": str(max(1, round(wait)))})
        if person.role not in operation.roles:
            return plain(403, f"the role {person.role} may not do this")
        key = request.headers.get("Idempotency-Key") if operation.once else None
        if key is not None and not is_key(key):
            raise BadQuery(f"Idempotency-Key must be 1-{MOST_KEY_CHARS} printable ASCII characters")
        query = _query(request.query, operation)
        body = await _body(request, operation.body) if operation.body is not None else None
        path = dict(request.match_info)
        scoped = None if key is None else f"{operation.name}:{'/'.join(path.values())}:{key}"
        csv = operation.also_csv and wants_csv(request, query["format"])
        asked = Asked(person, path, query, body, scoped, csv)
        if scoped is None:
            given = await operation.handle(asked)
        else:
            given = await self._once.answer(person, scoped, lambda: operation.handle(asked))
        return _response(given)


def _response(given: Answered) -> web.Response:
    if given.csv is not None:
        return web.Response(text=given.csv, status=given.status, content_type="text/csv", headers=given.headers)
    return web.json_response(dict(given.body), status=given.status, headers=given.headers)


def _query(given: MultiMapping[str], operation: Operation) -> dict[str, Any]:
    found = {}
    for parameter in operation.query:
        text = given.get(parameter.name)
        if text == "" and parameter.may_be_empty:
            text = None
        found[parameter.name] = parameter.default if text is None else parameter.read(text)
    return found


async def _body(request: web.Request, model: type[BaseModel]) -> BaseModel:
    """Raises BadBody; what was sent is never repeated."""
    if request.content_type != "application/json":
        raise BadBody(415, "send JSON, with the header Content-Type: application/json")
    content = await body_of(request)
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        raise BadBody(400, "the body is not UTF-8") from None
    try:
        return model.model_validate_json(content)
    except ValidationError as error:
        raise _told(error) from None


def _told(error: ValidationError) -> BadBody:
    found = error.errors(include_url=False, include_context=False, include_input=False)
    if any(one["type"] == "json_invalid" for one in found):
        return BadBody(400, "the body is not JSON")
    errors = [{"field": ".".join(str(part) for part in one["loc"]) or "body", "detail": one["msg"]} for one in found]
    return BadBody(422, "; ".join(f"{one['field']}: {one['detail']}" for one in errors), errors)
