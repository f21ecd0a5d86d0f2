"""Who is looking: the one value that every visibility rule and policy takes."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Viewer:
    """A reader or actor, free of Django.

    `scopes` is None for a person (no limit beyond their roles) and a set for an API client, which has no `person_id`.
    """

    person_id: int | None = None
    organisation_ids: frozenset[int] = field(default_factory=frozenset)
    is_staff: bool = False
    scopes: frozenset[str] | None = None

    @property
    def is_anonymous(self) -> bool:
        return self.person_id is None and not self.organisation_ids

    def has_scope(self, scope: str) -> bool:
        """Say whether this viewer may use a scope; people may, clients only what their key names."""
        return self.scopes is None or scope in self.scopes


ANONYMOUS = Viewer()
