"""Problem documents (RFC 9457): the one shape of every refusal, and the handlers that make it.

{"type": "urn:waitline:problem:validation_failed", "title": "Validation failed", "status": 422,
"detail": "Some fields cannot be used; `errors` names each of them.", "code": "validation_failed",
"errors": [{"field": "variant", "code": "missing", "detail": "This field is required."}]}

Title and details are in the language that the request asks for; codes are the same in every one.
An error may bring further members along, as the standard allows: a conflict carries what is there now.
"""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, cast

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.responses import JSONResponse, Response

from api import errors
from api.errors import ApiError, FieldProblem
from api.languages.asked import Sentence

MEDIA_TYPE = "application/problem+json"


class FieldError(BaseModel):
    """One field that cannot be used."""

    field: Annotated[str, Field(description="Path of the field: `items.0.sku`, `query.limit`.", examples=["variant"])]
    code: Annotated[str, Field(description="Stable code of what is wrong with it.", examples=["missing"])]
    detail: Annotated[Sentence, Field(description="What to do about it.", examples=["This field is required."])]


class Problem(BaseModel):
    """Why a request was refused, and what to do about it (RFC 9457)."""

    model_config = ConfigDict(json_schema_extra={"required": ["type", "title", "status", "detail", "code", "errors"]})

    type: Annotated[str, Field(examples=["urn:waitline:problem:validation_failed"])]
    title: Annotated[Sentence, Field(examples=["Validation failed"])]
    status: Annotated[int, Field(examples=[422])]
    detail: Annotated[Sentence, Field(examples=["Some fields cannot be used; `errors` names each of them."])]
    code: Annotated[str, Field(description="Stable; may be programmed against.", examples=["validation_failed"])]
    errors: list[FieldError] = []


def problem_response(error: ApiError) -> Response:
    """The answer that says this."""
    return _document(error.status, error.code, error.title, error.detail, fields=error.errors, headers=error.headers)


def install_handlers(app: FastAPI) -> None:
    """Make every refusal of `app` a problem document."""
    app.add_exception_handler(ApiError, _refuse)
    app.add_exception_handler(RequestValidationError, _refuse_fields)
    app.add_exception_handler(HTTPException, _refuse_protocol)
    app.add_exception_handler(ClientDisconnect, _fall_silent)
    for kind in errors.STATUS_OF:
        app.add_exception_handler(kind, _refuse_domain)


def _document(
    status: int,
    code: str,
    title: str,
    detail: str,
    *,
    fields: Sequence[FieldProblem] = (),
    headers: dict[str, str] | None = None,
    members: Mapping[str, Any] | None = None,
) -> Response:
    problem = Problem(
        type=f"urn:waitline:problem:{code}",
        title=title,
        status=status,
        detail=detail,
        code=code,
        errors=[FieldError(field=one.field, code=one.code, detail=one.detail) for one in fields],
    )
    content = {**(members or {}), **problem.model_dump(mode="json")}
    return JSONResponse(content, status, headers=headers, media_type=MEDIA_TYPE)


async def _refuse(_: Request, error: Exception) -> Response:
    return problem_response(cast(ApiError, error))


async def _refuse_domain(_: Request, error: Exception) -> Response:
    status = next(errors.STATUS_OF[kind] for kind in type(error).__mro__ if kind in errors.STATUS_OF)
    code = str(getattr(error, "code", "refused"))
    fields: Sequence[FieldProblem] = getattr(error, "field_problems", ())
    title = code.replace("_", " ").capitalize()
    return _document(status, code, title, str(error), fields=fields, members=getattr(error, "members", None))


async def _refuse_fields(_: Request, error: Exception) -> Response:
    found: Sequence[dict[str, Any]] = cast(RequestValidationError, error).errors()
    if any(one["type"] == "json_invalid" for one in found):
        return problem_response(errors.MalformedRequest("The body is not valid JSON; check it and send it again."))
    return problem_response(errors.ValidationFailed(errors=[_field_problem(one) for one in found]))


def _field_problem(found: dict[str, Any]) -> FieldProblem:
    """Name the field as a caller knows it: body fields by their own path, others with their place in front."""
    place, *path = [str(part) for part in found["loc"]]
    field = ".".join(path if place == "body" and path else [place, *path])
    return FieldProblem(field=field, code=str(found["type"]), detail=f"{found['msg']}.")


_OF_PROTOCOL: dict[int, type[ApiError]] = {
    400: errors.MalformedRequest,
    404: errors.NoSuchRoute,
    405: errors.MethodNotAllowed,
    413: errors.BodyTooLarge,
    415: errors.UnsupportedMediaType,
}


async def _fall_silent(_: Request, __: Exception) -> Response:
    """Who hung up before the body was whole reads no answer, and is no fault of ours to be logged."""
    return Response(status_code=400)


async def _refuse_protocol(_: Request, error: Exception) -> Response:
    """What the framework itself refuses: no such route, wrong method, a body that cannot be read."""
    error = cast(HTTPException, error)
    kind = _OF_PROTOCOL.get(error.status_code, ApiError)
    answer = kind(headers=error.headers)
    return _document(error.status_code, answer.code, answer.title, answer.detail, headers=answer.headers)
