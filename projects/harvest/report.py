"""What a harvest comes to, and how it fails."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from projects.manifests.findings import Finding


class HarvestFailed(Exception):
    """A source or object that could not be had or used: `code` is stable (`harvest.reasons`).

    Nothing was lost: the last good copy stays, and the next harvest begins where this one ended.
    """

    def __init__(
        self, code: str, detail: str = "", status: int | None = None, findings: tuple[Finding, ...] = (), form: str = ""
    ) -> None:  # fmt: skip
        super().__init__(code, detail)
        self.code = code
        self.detail = detail
        self.status = status
        self.findings = findings
        self.form = form


@dataclass(slots=True)
class Report:
    """Counts and remarks of one harvest."""

    outcome: str = "unchanged"
    detail: str = ""
    http_status: int | None = None
    bytes: int = 0
    gathered: int = 0
    imported: int = 0
    unchanged: int = 0
    failed: int = 0
    removed: int = 0
    changes: dict[str, Any] = field(default_factory=dict)
    findings: list[Any] = field(default_factory=list)
    form: str = ""
    has_more: bool = False

    @property
    def is_quiet(self) -> bool:
        """Tell whether nothing at all happened."""
        return not (self.imported or self.failed or self.removed)

    def fail(self, failure: HarvestFailed) -> None:
        """Take over why the harvest failed."""
        self.outcome, self.detail = failure.code, failure.detail
        self.http_status = failure.status
        self.findings = [one.as_json() for one in failure.findings]
        self.form = failure.form
