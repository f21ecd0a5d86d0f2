"""YAML 1.2 with places. Nothing is constructed: tags build no objects, anchors make no large file of a small one."""

from __future__ import annotations

import re
from typing import Any, Final

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from projects.manifests.findings import Finding, Level, Place
from projects.manifests.sources.tree import MAX_DEPTH, MAX_ITEMS, Item, Scalar, unreadable

_INTEGER: Final = re.compile(r"[-+]?[0-9]{1,300}")
_FLOAT: Final = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]{1,3})?")
_WORDS: Final[dict[str, Scalar]] = {
    "": None, "~": None, "null": None, "Null": None, "NULL": None,
    "true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False,
}  # fmt: skip
_CORE: Final = frozenset(
    f"tag:yaml.org,2002:{name}"
    for name in ("str", "int", "float", "bool", "null", "timestamp", "merge", "value")
)


def read(text: str, findings: list[Finding]) -> Item:
    """Return the first document's tree."""
    node = _compose(text, findings)
    if node is None:
        raise unreadable("empty", Place(1, 1))
    return _Reader(findings).item(node, "", 0)


def _compose(text: str, findings: list[Finding]) -> Node | None:
    if re.search(r"^%YAML 1\.1\s*$", text, re.MULTILINE):
        findings.append(Finding(Level.INFO, "yaml-1-1", "", Place(1, 1)))
    try:
        documents = YAML(typ="safe", pure=True).compose_all(text)
        first = next(iter(documents), None)
        if next(documents, None) is not None:
            findings.append(Finding(Level.WARNING, "several-documents", "", Place(1, 1)))
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = Place(mark.line + 1, mark.column + 1) if mark else Place(1, 1)
        problem = str(error.problem or error.context or "")
        line = (
            text.split("\n")[max(0, place.line - 1)] if place.line <= text.count("\n") + 1 else ""
        )
        if "\\t" in problem or re.match(r" *\t", line):
            raise unreadable("tabs", place) from None
        raise unreadable("syntax", place, problem=problem[:200]) from None
    except RecursionError:
        raise unreadable("too-deep", Place(1, 1)) from None
    except (YAMLError, ValueError, KeyError, IndexError, AttributeError, AssertionError) as error:
        # ruamel's scanner gives up on some broken files with its own inner errors.
        raise unreadable("syntax", Place(1, 1), problem=type(error).__name__) from None
    result: Node | None = first
    return result


class _Reader:
    def __init__(self, findings: list[Finding]) -> None:
        self.findings = findings
        self.items = 0

    def item(self, node: Any, path: str, depth: int) -> Item:
        """Turn a node into an item. An alias counts as often as it is used, so bombs meet the limit."""
        self.items += 1
        place = _place(node)
        if depth > MAX_DEPTH:
            raise unreadable("too-deep", place)
        if self.items > MAX_ITEMS:
            raise unreadable("too-many-values", place)
        if isinstance(node, MappingNode):
            return Item(self._mapping(node, path, depth), place)
        if isinstance(node, SequenceNode):
            inner = enumerate(node.value, 1)
            return Item([self.item(one, f"{path}/{at}", depth + 1) for at, one in inner], place)
        return self._scalar(node, path, place)

    def _scalar(self, node: ScalarNode, path: str, place: Place) -> Item:
        text = str(node.value)
        tag = str(node.tag or "")
        if tag and tag not in _CORE:
            self.findings.append(
                Finding(Level.WARNING, "tag-ignored", path, place, {"tag": tag[:80]})
            )
            return Item(text, place, text)
        if node.style is None:
            return Item(_plain(text), place, text)
        return Item(text, place, text)

    def _mapping(self, node: MappingNode, path: str, depth: int) -> dict[str, Item]:
        found: dict[str, Item] = {}
        merged: dict[str, Item] = {}
        for key_node, value_node in node.value:
            if not isinstance(key_node, ScalarNode):
                self.findings.append(Finding(Level.ERROR, "key-not-text", path, _place(key_node)))
                continue
            key = str(key_node.value)
            if key == "<<" and key_node.style is None:
                merged = self._merged(value_node, path, depth)
                continue
            inner = f"{path}/{key}" if path else key
            if key in found:
                self.findings.append(Finding(Level.ERROR, "duplicate-key", inner, _place(key_node)))
            found[key] = self.item(value_node, inner, depth + 1)
        return {**merged, **found}

    def _merged(self, node: Any, path: str, depth: int) -> dict[str, Item]:
        parts = node.value if isinstance(node, SequenceNode) else [node]
        found: dict[str, Item] = {}
        for part in reversed(parts):
            found |= self.item(part, path, depth + 1).mapping or {}
        return found


def _plain(text: str) -> Scalar:
    """Resolve an unquoted word by YAML 1.2's core schema: `no` and `2026-01-31` are words, not values."""
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.fullmatch(text):
        return int(text)
    return float(text) if _FLOAT.fullmatch(text) else text


def _place(node: Any) -> Place:
    mark = node.start_mark
    return Place(mark.line + 1, mark.column + 1) if mark else Place()
