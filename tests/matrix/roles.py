"""Who asks: the columns of the matrix, and the words for groups of them."""

from __future__ import annotations

ROLES = (
    "anonymous",
    "outsider",  # signed in, acts for nobody
    "engineer", "delegate", "representative", "administrator",  # of the organisation that owns "own"
    "officer",  # chair of the body in the matrix, acts for no organisation
    "staff",
    "key",  # of the same organisation, every scope
    "key-read",  # of the same organisation, may only read
    "key-foreign",  # of the organisation that owns "foreign", every scope
    "key-revoked",
)  # fmt: skip

GROUPS = {
    "nobody": frozenset[str](),
    "everyone": frozenset(ROLES),
    "people": frozenset(ROLES[1:8]),
    "keys": frozenset({"key", "key-read", "key-foreign"}),
    "visitors": frozenset(ROLES)
    - {"key-revoked"},  # the API refuses a bad token even where all may read
    "own": frozenset({"engineer", "delegate", "representative", "administrator"}),
    "managers": frozenset({"representative", "administrator"}),
}


def read(text: str) -> frozenset[str]:
    """Read `managers+staff` and the like."""
    found: frozenset[str] = frozenset()
    for word in text.split("+"):
        if word not in GROUPS and word not in ROLES:
            raise ValueError(f"{word!r} is no role and no group of roles")
        found |= GROUPS.get(word, frozenset({word}))
    return found


def write(roles: frozenset[str]) -> str:
    """Say a set of roles in the fewest words: the largest groups that fit, then single roles."""
    for name, group in GROUPS.items():
        if group == roles:
            return name
    words, left = [], set(roles)
    for name, group in sorted(GROUPS.items(), key=lambda item: -len(item[1])):
        if group and group <= roles and group <= left:
            words.append(name)
            left -= group
    return "+".join([*words, *(role for role in ROLES if role in left)])
