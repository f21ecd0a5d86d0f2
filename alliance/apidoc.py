"""The OpenAPI document as plain data for a page without scripts."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from drf_spectacular.generators import SchemaGenerator

_METHODS = ("get", "post", "put", "patch", "delete")


@lru_cache(maxsize=1)
def operations() -> list[dict[str, Any]]:
    """Return the operations of the API, grouped by the first part of their path.

    Each group is `{"name": str, "operations": [{"method", "path", "summary", "parameters", "needs_key"}]}`.
    """
    schema = SchemaGenerator().get_schema(request=None, public=True)
    groups: dict[str, list[dict[str, Any]]] = {}
    for path, item in schema["paths"].items():
        name = path.removeprefix("/api/v1/").split("/")[0] or "root"
        for method in _METHODS:
            if operation := item.get(method):
                groups.setdefault(name, []).append(_operation(method, path, operation))
    return [{"name": name, "operations": found} for name, found in sorted(groups.items())]


def _operation(method: str, path: str, operation: dict[str, Any]) -> dict[str, Any]:
    text = operation.get("description") or operation.get("summary") or ""
    return {
        "method": method.upper(),
        "path": path,
        "summary": text.split("\n\n")[0],
        "parameters": [p["name"] for p in operation.get("parameters", []) if p["in"] == "query"],
        "needs_key": method != "get",
    }
