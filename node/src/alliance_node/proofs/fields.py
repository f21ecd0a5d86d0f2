"""Reading parsed JSON field by field, so that every refusal names the field and says why."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Final, TypeVar

from . import ulid

T = TypeVar("T")

MAX_TEXT: Final = 300
MAX_COUNT: Final = 10**15
_DECIMAL = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?")
_IDENTIFIER = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:@/+=,~-]{0,199}")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_CONTROL_IN_PROSE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,6})?Z", re.ASCII)


class StatementError(ValueError):
    """A statement that is refused: a stable ``code``, the ``field`` at fault, the ``reason``."""

    def __init__(self, code: str, field: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}")
        self.code = code
        self.field = field
        self.reason = reason


class Fields:
    """One JSON object and the path that leads to it.

    Fields not asked for are ignored, as in-toto tells consumers to, so that a later minor
    addition breaks no reader.
    """

    def __init__(self, value: object, path: str) -> None:
        if type(value) is not dict and not isinstance(value, Mapping):
            raise StatementError("wrong-type", path, "must be an object")
        self._value: Mapping[str, Any] = value
        self._path = path

    def path(self, name: str) -> str:
        return f"{self._path}.{name}" if self._path else name

    def has(self, name: str) -> bool:
        """Tell whether a field is there; null counts as absent."""
        return self._value.get(name) is not None

    def maybe(self, read: Callable[[str], T], name: str) -> T | None:
        return read(name) if self.has(name) else None

    def object(self, name: str) -> "Fields":
        return Fields(self._required(name), self.path(name))

    def objects(self, name: str, *, least: int, most: int) -> Iterator["Fields"]:
        value = self._required(name)
        if not isinstance(value, Sequence) or isinstance(value, str):
            raise StatementError("wrong-type", self.path(name), "must be a list")
        if not least <= len(value) <= most:
            raise StatementError(
                "range", self.path(name), f"must have {least} to {most} items, not {len(value)}"
            )
        return (Fields(item, f"{self.path(name)}[{at}]") for at, item in enumerate(value))

    def text(self, name: str, *, most: int = MAX_TEXT) -> str:
        value = self._typed(name, str, "a string")
        if not value.strip() or len(value) > most:
            raise StatementError("format", self.path(name), f"must have 1 to {most} characters")
        if _CONTROL.search(value):
            raise StatementError("format", self.path(name), "must not have control characters")
        return value

    def prose(self, name: str) -> str:
        """Read free text, which may be empty and have several lines."""
        value = self._typed(name, str, "a string")
        if len(value) > 4000:
            raise StatementError("range", self.path(name), "must have at most 4000 characters")
        if _CONTROL_IN_PROSE.search(value):
            raise StatementError("format", self.path(name), "must not have control characters")
        return value

    def identifier(self, name: str) -> str:
        return self._matching(
            name,
            _IDENTIFIER,
            "must be a letter or digit, then letters, digits or ._:@/+=,~-",
        )

    def sha256(self, name: str) -> str:
        return self._matching(name, _SHA256, "must be a SHA-256 in lower-case hexadecimal")

    def digest(self, name: str) -> str:
        """Read ``sha256:<hex>``."""
        value = self._typed(name, str, "a string")
        if not value.startswith("sha256:") or not _SHA256.fullmatch(value[7:]):
            raise StatementError(
                "format", self.path(name), "must be 'sha256:' and lower-case hexadecimal"
            )
        return value

    def digest_or_opaque(self, name: str) -> str:
        return "opaque" if self._required(name) == "opaque" else self.digest(name)

    def run_id(self, name: str) -> str:
        value = self._typed(name, str, "a string")
        if not ulid.is_ulid(value):
            raise StatementError("format", self.path(name), "must be a ULID in upper case")
        return value

    def choice(self, name: str, allowed: Sequence[str]) -> str:
        value = self._typed(name, str, "a string")
        if value not in allowed:
            raise StatementError("format", self.path(name), f"must be one of {', '.join(allowed)}")
        return value

    def boolean(self, name: str) -> bool:
        return self._typed(name, bool, "true or false")

    def count(self, name: str, *, least: int = 0) -> int:
        value = self._typed(name, int, "a whole number")
        if not least <= value <= MAX_COUNT:
            raise StatementError(
                "range", self.path(name), f"must be between {least} and {MAX_COUNT}"
            )
        return value

    def decimal(self, name: str) -> Decimal:
        value = self._typed(name, str, "a decimal string")
        if len(value) > 64 or not _DECIMAL.fullmatch(value):
            raise StatementError(
                "format", self.path(name), "must be a decimal string such as '0.97'"
            )
        return Decimal(value)

    def amount(self, name: str) -> Decimal:
        """Read a decimal that cannot be negative."""
        value = self.decimal(name)
        if value < 0:
            raise StatementError("range", self.path(name), "must not be negative")
        return value

    def moment(self, name: str) -> datetime:
        value = self._typed(name, str, "a string")
        try:
            if not _MOMENT.fullmatch(value):
                raise ValueError(value)
            return datetime.fromisoformat(value).astimezone(UTC)
        except ValueError:
            raise StatementError(
                "format", self.path(name), "must be an RFC 3339 time in UTC, ending in Z"
            ) from None

    def _required(self, name: str) -> Any:
        if not self.has(name):
            raise StatementError("missing", self.path(name), "is required")
        return self._value[name]

    def _typed(self, name: str, kind: type[T], article: str) -> T:
        value = self._value.get(name)
        if type(value) is kind:
            return value
        self._required(name)
        raise StatementError("wrong-type", self.path(name), f"must be {article}")

    def _matching(self, name: str, pattern: re.Pattern[str], reason: str) -> str:
        value = self._typed(name, str, "a string")
        if not pattern.fullmatch(value):
            raise StatementError("format", self.path(name), reason)
        return value
