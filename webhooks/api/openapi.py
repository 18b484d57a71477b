"""The API as an OpenAPI 3.1 document, written from the operations and the models: it cannot tell what is not there."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from webhooks.api.models import Problem
from webhooks.api.once import MOST_KEY_CHARS
from webhooks.api.operations import Operation
from webhooks.api.server import BASE

_PROBLEM = "application/problem+json"
_COMMON = {
    400: "A parameter, or the body's form, breaks its contract.",
    401: "No valid token.",
    403: "The token's role may not do this.",
    429: "Too many calls; `Retry-After` tells when to come back.",
    503: "Busy, nothing was kept; `Retry-After` tells when to come back.",
}
_WITH_BODY = {
    413: "The body is too long.",
    415: "The body is not JSON.",
    422: "`errors` names each field that is wrong.",
}
_PATH = {
    "{id}": {"name": "id", "schema": {"type": "string", "pattern": "^[A-Za-z0-9_-]{1,64}$"}},
    "{code}": {"name": "code", "schema": {"type": "string", "minLength": 1, "maxLength": 64}},
}


def document(operations: Sequence[Operation], version: str) -> dict[str, Any]:
    """JSON of the whole API."""
    answers = {one.answer for one in operations} | {Problem}
    bodies = {one.body for one in operations if one.body is not None}
    models: list[tuple[type[BaseModel], Any]] = [(one, "serialization") for one in answers]
    models += [(one, "validation") for one in bodies]
    models.sort(key=lambda pair: pair[0].__name__)
    _, schemas = models_json_schema(models, ref_template="#/components/schemas/{model}")
    paths: dict[str, dict[str, Any]] = {}
    for one in operations:
        paths.setdefault(one.path, {})[one.method.lower()] = _operation(one)
    return {
        "openapi": "3.1.0",
        "info": {"title": "tongdai", "version": version, "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"}},
        "servers": [{"url": BASE}],
        "security": [{"token": []}],
        "paths": paths,
        "components": {
            "schemas": schemas["$defs"],
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer", "description": "tongdai tokens add"}},
        },
    }


def _operation(one: Operation) -> dict[str, Any]:
    parameters = [{**known, "in": "path", "required": True} for mark, known in _PATH.items() if mark in one.path]
    parameters += [
        {
            "name": parameter.name,
            "in": "query",
            "required": False,
            "schema": dict(parameter.schema),
            **({"description": parameter.description} if parameter.description else {}),
        }
        for parameter in one.query
    ]
    if one.once:
        parameters.append(
            {
                "name": "Idempotency-Key",
                "in": "header",
                "required": False,
                "description": "The same key again, within a day, gets the first answer and does nothing.",
                "schema": {"type": "string", "pattern": f"^[ -~]{{1,{MOST_KEY_CHARS}}}$"},
            }
        )
    found: dict[str, Any] = {
        "operationId": one.name,
        "summary": one.summary,
        "parameters": parameters,
        "responses": _responses(one),
    }
    if one.body is not None:
        found["requestBody"] = {"required": True, "content": {"application/json": {"schema": _ref(one.body)}}}
    return found


def _responses(one: Operation) -> dict[str, Any]:
    problems: Mapping[int, str] = {**_COMMON, **(_WITH_BODY if one.body is not None else {}), **one.problems}
    return {
        str(one.status): {
            "description": HTTPStatus(one.status).phrase,
            "content": {
                "application/json": {"schema": _ref(one.answer)},
                **({"text/csv": {"schema": {"type": "string"}}} if one.also_csv else {}),
            },
        },
        **{
            str(status): {"description": text, "content": {_PROBLEM: {"schema": _ref(Problem)}}}
            for status, text in sorted(problems.items())
        },
    }


def _ref(model: type[BaseModel]) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{model.__name__}"}
