"""The OpenAPI document: what the routes declare, plus who may call them and how they refuse.

The interface's types are generated from this document; `openapi_text` is the body of `waitline openapi`.
"""

import json
from collections.abc import Iterator
from typing import Any, cast

from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute, RouteContext, iter_route_contexts
from pydantic import TypeAdapter

from api.problems import MEDIA_TYPE, Problem
from api.security import CSRF_HEADER, SESSION_COOKIE, Access

_REF = "#/components/schemas/"
_SECURITY_SCHEMES: dict[str, Any] = {
    "write_key": {"type": "http", "scheme": "bearer", "description": "The storefront's public key, `wk_…`."},
    "server_key": {"type": "http", "scheme": "bearer", "description": "A key for servers, `sk_…`."},
    "admin_key": {"type": "http", "scheme": "bearer", "description": "A key that may do what an admin may, `ak_…`."},
    "session": {
        "type": "apiKey",
        "in": "cookie",
        "name": SESSION_COOKIE,
        "description": f"A signed-in browser; what changes something also needs the header {CSRF_HEADER}.",
    },
}
_KEYS_FROM = {"write": ("write_key", "server_key", "admin_key"), "server": ("server_key", "admin_key")}


def describe(app: FastAPI) -> dict[str, Any]:
    """The OpenAPI document of this application, made once."""
    if app.openapi_schema is None:
        app.openapi_schema = _describe(app)
    return app.openapi_schema


def openapi_text(app: FastAPI) -> str:
    """The document as it is written to a file: the same routes give the same bytes."""
    return json.dumps(describe(app), indent=2, ensure_ascii=False) + "\n"


def api_routes(app: FastAPI) -> Iterator[RouteContext]:
    """Every route of our own, wherever it was included from."""
    for context in iter_route_contexts(app.routes):
        if isinstance(context.original_route, APIRoute):
            yield context


def accesses(dependant: Dependant) -> Iterator[Access]:
    """The declarations of who may call a route; there is exactly one."""
    if isinstance(dependant.call, Access):
        yield dependant.call
    for inner in dependant.dependencies:
        yield from accesses(inner)


def _describe(app: FastAPI) -> dict[str, Any]:
    document = get_openapi(
        title=app.title, version=app.version, summary=app.summary, routes=app.routes, openapi_version="3.1.0"
    )
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    problem = TypeAdapter(Problem).json_schema(mode="serialization", ref_template=_REF + "{model}")
    schemas.update(problem.pop("$defs"))
    schemas["Problem"] = problem
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    document["components"]["securitySchemes"] = _SECURITY_SCHEMES
    for context in api_routes(app):
        if context.include_in_schema:
            _complete(document["paths"][context.path_format], context)
    return document


def _complete(path: dict[str, Any], context: RouteContext) -> None:
    access = next(accesses(context.dependant))
    for method in cast("set[str]", context.methods):
        operation = path[method.lower()]
        operation["security"] = _security(access)
        if access.permission is not None:
            operation["x-permission"] = access.permission
        if operation["responses"].get("422", {}).get("description") == "Validation Error":
            del operation["responses"]["422"]
        operation["responses"]["default"] = {
            "description": "A problem: refused, not found or broken, and why.",
            "content": {MEDIA_TYPE: {"schema": {"$ref": _REF + "Problem"}}},
        }


def _security(access: Access) -> list[dict[str, list[str]]]:
    """The alternatives, any one of which opens the route; a public one needs none."""
    if access.public:
        return []
    anybody: list[dict[str, list[str]]] = [{}] if access.loopback else []
    names = list(_KEYS_FROM.get(access.key or "", ("admin_key",)))
    return anybody + [{name: []} for name in ([*names, "session"] if access.staff else names)]
