"""Errors people and programs can act on: domain refusals and RFC 9457 problem documents."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import exception_handler as drf_exception_handler

PROBLEM_TYPE = "application/problem+json"


class DomainError(Exception):
    """A refusal by a rule of the house.

    `code` is stable and meant for programs, `message` is for the reader, in the reader's language, and says what to do.
    `status` is the HTTP status that fits when the refusal answers a request.
    """

    code = "refused"
    status = 409

    def __init__(self, message: str, *, code: str | None = None, **params: Any) -> None:
        super().__init__(message)
        self.message = message
        self.params = params
        if code:
            self.code = code


def problem(
    *, status: int, code: str, title: str, detail: str = "", **extra: Any
) -> dict[str, Any]:
    """Return the members of a problem document (RFC 9457 §3.1); `type` is a relative reference by code."""
    body: dict[str, Any] = {
        "type": f"/api/problems/{code}",
        "title": title,
        "status": status,
        "code": code,
    }
    if detail:
        body["detail"] = detail
    return body | extra


def problem_response(body: dict[str, Any], headers: dict[str, str] | None = None) -> HttpResponse:
    """Answer outside DRF (404 and 500 pages of the API)."""
    return JsonResponse(body, status=body["status"], content_type=PROBLEM_TYPE, headers=headers)


def exception_handler(error: Exception, context: dict[str, Any]) -> Response | None:
    """Turn every API error into a problem document; unknown errors stay errors (500)."""
    if isinstance(error, DomainError):
        body = problem(status=error.status, code=error.code, title=error.message, **error.params)
        return _response(body, {})
    if isinstance(error, Http404):
        error = exceptions.NotFound()
    elif isinstance(error, PermissionDenied):
        error = exceptions.PermissionDenied()
    answer = drf_exception_handler(error, context)
    if answer is None or not isinstance(error, exceptions.APIException):
        return answer
    code = getattr(error, "default_code", "error")
    if isinstance(error, exceptions.ValidationError):
        body = problem(
            status=answer.status_code,
            code="invalid",
            title=_("Some values can't be used. See “errors”."),
            errors=error.detail if isinstance(error.detail, dict) else {"": error.detail},
        )
    else:
        detail = error.detail
        body = problem(
            status=answer.status_code, code=str(getattr(detail, "code", code)), title=str(detail)
        )
    kept = {
        name: answer[name]
        for name in ("WWW-Authenticate", "Retry-After")
        if answer.has_header(name)
    }
    return _response(body, kept)


def _response(body: dict[str, Any], headers: dict[str, str]) -> Response:
    return Response(body, status=body["status"], content_type=PROBLEM_TYPE, headers=headers)
