"""The search through the API: what its page finds, with the same parameters."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from alliance.i18n import LANGUAGE_CODES
from search.api.serializers import AnswerSerializer
from search.asking import Answer, ask, question_of

_PARAMETERS = [
    OpenApiParameter("q", str, description='Words; `"a phrase"`, `-without`'),
    OpenApiParameter("lang", str, enum=list(LANGUAGE_CODES), description="Language of the answer (en)"),
    OpenApiParameter("kind", str, description="One kind of thing"),
    OpenApiParameter("area", str, many=True, description="Focus area"),
    OpenApiParameter("language", str, many=True, description="Language the thing exists in"),
    OpenApiParameter("year", int, many=True, description="Year of the thing"),
    OpenApiParameter("page", int, description="1 to 25"),
]  # fmt: skip


class SearchView(APIView):
    """Everything public, in both languages, forgiving of accents and slips."""

    permission_classes = [AllowAny]

    @extend_schema(operation_id="search", parameters=_PARAMETERS, responses=AnswerSerializer)
    def get(self, request: Request) -> Response:
        """Search everything public: words, facets, counts."""
        asked = request.GET.get("lang", "")
        language = asked if asked in LANGUAGE_CODES else "en"
        answer = ask(question_of(request.GET), language)
        return Response(AnswerSerializer(_body(answer, language)).data)


def _body(answer: Answer, language: str) -> dict[str, Any]:
    page = answer.question.page
    return {
        "total": answer.result.total,
        "next": _address(answer, language, page + 1) if page < answer.pages else None,
        "previous": _address(answer, language, page - 1) if page > 1 else None,
        "meant": answer.meant,
        "is_partial": answer.is_partial,
        "kinds": answer.result.kinds,
        "facets": answer.result.facets,
        "results": answer.result.hits,
    }


def _address(answer: Answer, language: str, page: int) -> str:
    parameters = [*answer.question.parameters, ("lang", language), ("page", page)]
    return f"{settings.SITE_ORIGIN}{reverse('api-search')}?{urlencode(parameters)}"
