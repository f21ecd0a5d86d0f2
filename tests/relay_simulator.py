"""A sister portal's relay for tests: passes on what simulated nodes signed, honestly or not."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from alliance_node.proofs import note, strict_json
from alliance_node.proofs.jwk import jwks_bytes

from tests.node_simulator import NodeSimulator


class RelaySimulator(NodeSimulator):
    """Its log holds envelopes of other nodes; it cosigns their heads as their witness."""

    def __init__(self, node_id: str = "sister.demo.example", **options: Any) -> None:
        super().__init__(node_id, **options)
        self.origins: dict[str, NodeSimulator] = {}
        self.via: dict[str, str] = {}
        self.heads: dict[str, str] = {}
        """Heads shown in the place of a node's own, by its slug."""
        self.witnesses = True

    def pass_on(self, node: NodeSimulator, *digests: str) -> None:
        """Enter what a node signed, all of it or some."""
        self.origins[node.node_id.split(".", 1)[0]] = node
        for item in node.items:
            is_here = any(mine.digest == item.digest for mine in self.items)
            if not is_here and (not digests or item.digest in digests):
                self.add_raw(item.raw, item.kind)

    def answer(self, target: str) -> tuple[str, bytes] | None:
        parts = urlsplit(target).path.strip("/").split("/")
        if parts[:2] == ["v1", "nodes"] and len(parts) == 4 and parts[2] in self.origins:
            node = self.origins[parts[2]]
            if parts[3] == "jwks.json":
                return "application/json", jwks_bytes(node.keys)
            return "text/plain; charset=utf-8", self._cosigned(parts[2]).encode()
        if parts[:2] == ["v1", "blobs"]:
            for node in self.origins.values():
                if parts[2] in node.blobs:
                    return "application/octet-stream", node.blobs[parts[2]]
        return super().answer(target)

    def _cosigned(self, slug: str) -> str:
        text = self.heads.get(slug) or self.origins[slug].checkpoint
        if not self.witnesses:
            return text
        body = note.parse(text).text
        return text + note.cosign(body, self.log_origin, self.key, 1_790_000_000).line

    def _description(self) -> bytes:
        said: dict[str, Any] = strict_json.loads(super()._description(), max_bytes=1 << 20)
        said["relay"] = True
        said["origins"] = [
            {
                "id": node.node_id,
                "organisation": node.organisation,
                "logOrigin": node.log_origin,
                "endpoint": node.url,
                "jwks": f"/v1/nodes/{slug}/jwks.json",
                "checkpoint": f"/v1/nodes/{slug}/checkpoint",
            }
            | ({"via": self.via[slug]} if slug in self.via else {})
            for slug, node in self.origins.items()
        ]
        return strict_json.canonical(said)
