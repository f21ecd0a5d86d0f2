"""“Look at me now”: the one thing a node may say to the portal."""

from __future__ import annotations

from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import status
from rest_framework.exceptions import NotFound
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import ScopedRateThrottle
from rest_framework.views import APIView

from leaderboard import actions


class NodeWake(APIView):
    """Ask the portal to pull a node soon. No body is read, nobody is asked who they are.

    A wake-up carries no authority: what follows is the portal's own pull, verified like any other.
    """

    authentication_classes = ()
    permission_classes = (AllowAny,)
    parser_classes = ()
    throttle_classes = (ScopedRateThrottle,)
    throttle_scope = "wake"

    @extend_schema(
        operation_id="nodes_wake",
        request=None,
        responses={202: OpenApiResponse(description="A pull follows.")},
    )
    def post(self, request: Request, slug: str) -> Response:
        """Note the wish and ring; 404 where no such node is in service."""
        if not actions.wake_node(slug=slug):
            raise NotFound
        return Response({"status": "awake"}, status=status.HTTP_202_ACCEPTED)
