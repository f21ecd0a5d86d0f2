"""Message catalogues without GNU gettext: extract, check and compile with Babel.

One catalogue a room: `locale/<room>/<language>/LC_MESSAGES/django.po` holds what `<room>/**/*.py` and
`templates/<room>/**` say. A few template folders belong to rooms under other names (see `EXTRA_TEMPLATES`).
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation.template import templatize

ROOMS = ("alliance", *settings.ROOMS)
LANGUAGES = ("fr",)
EXTRA_TEMPLATES = {
    "alliance": [".", "components", "admin"],
    "members": ["account", "allauth", "mfa", "usersessions"],
}
KEYWORDS: dict[str, Any] = {
    "_": None, "gettext": None, "gettext_lazy": None, "gettext_noop": None, "lazy": None,
    "ngettext": (1, 2), "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2), "pgettext_lazy": ((1, "c"), 2), "npgettext": ((1, "c"), 2, 3),
    "_c": ((1, "c"), 2),
}  # fmt: skip
_PLACEHOLDER = re.compile(r"%\([^)]*\)[#0\- +]*[\d.*]*[diouxXeEfFgGcrsa]|\{[^{}]*\}")


@dataclass(frozen=True, slots=True)
class Key:
    """What makes a message one and the same."""

    msgid: str
    context: str | None = None


@dataclass(slots=True)
class Found:
    """A message as the sources use it."""

    plural: str | None = None
    places: list[tuple[str, int]] = field(default_factory=list)


def po_path(room: str, language: str) -> Path:
    """Return where a room's catalogue lies."""
    return settings.BASE_DIR / "locale" / room / language / "LC_MESSAGES" / "django.po"


def sources(room: str) -> Iterator[Path]:
    """Yield the files whose messages a room answers for."""
    base: Path = settings.BASE_DIR
    for path in sorted((base / room).rglob("*.py")):
        if "migrations" not in path.parts:
            yield path
    yield from sorted((base / "templates" / room).rglob("*.*"))
    for name in EXTRA_TEMPLATES.get(room, []):
        folder = base / "templates" / name
        yield from sorted(
            p for p in (folder.glob("*.*") if name == "." else folder.rglob("*.*")) if p.is_file()
        )


def messages(room: str) -> dict[Key, Found]:
    """Extract every message of a room."""
    found: dict[Key, Found] = {}
    for path in sources(room):
        place = str(path.relative_to(settings.BASE_DIR))
        text = path.read_text(encoding="utf-8")
        if path.suffix != ".py":
            # What is not a message comes back as X; without indents it reads as Python.
            text = "\n".join(line.strip() for line in templatize(text, origin=place).splitlines())
        stream = io.BytesIO(text.encode())
        for line, function, args, _comments in extract_python(
            stream, KEYWORDS, [], {"encoding": "utf-8"}
        ):
            for key, plural in _keys(function, args):
                entry = found.setdefault(key, Found())
                entry.plural = entry.plural or plural
                entry.places.append((place, line))
    return found


def _keys(function: Any, args: Any) -> Iterator[tuple[Key, str | None]]:
    parts = list(args) if isinstance(args, (tuple, list)) else [args]
    context = None
    if function.removesuffix("_lazy") in {"pgettext", "npgettext", "_c"}:
        context, *parts = parts
    if parts and isinstance(parts[0], str) and parts[0]:
        plural = parts[1] if "ngettext" in function or "npgettext" in function else None
        yield Key(parts[0], context), plural


def load(room: str, language: str) -> Catalog:
    """Read a room's catalogue; an absent one is empty."""
    path = po_path(room, language)
    if not path.exists():
        return Catalog(locale=language)
    with path.open("rb") as stream:
        return read_po(stream, locale=language)


def extract(room: str, language: str) -> int:
    """Bring a catalogue up to the sources, keeping translations; return how many are new."""
    old = load(room, language)
    new = Catalog(locale=language, project="alliance-portal", charset="utf-8", fuzzy=False)
    added = 0
    for key, found in sorted(
        messages(room).items(), key=lambda item: (item[1].places[0], item[0].msgid)
    ):
        kept = old.get(key.msgid, key.context)
        files = [(name, None) for name in dict.fromkeys(name for name, _line in found.places)]
        msgid: str | tuple[str, str] = (key.msgid, found.plural) if found.plural else key.msgid
        message = new.add(msgid, context=key.context, locations=files)  # type: ignore[arg-type]
        if kept is not None and _is_translated(kept, plural=bool(found.plural)):
            message.string = kept.string
            message.flags |= {flag for flag in kept.flags if flag == "fuzzy"}
        else:
            added += 1
    path = po_path(room, language)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as stream:
        write_po(
            stream, new, width=110, omit_header=False, sort_output=False, include_previous=False
        )
    _drop_dates(path)
    return added


def _is_translated(message: Message, *, plural: bool) -> bool:
    """Say whether a kept translation is whole and has the form the sources ask for."""
    if isinstance(message.string, str):
        return bool(message.string) and not plural
    return plural and all(message.string or ())


def _drop_dates(path: Path) -> None:
    """Remove the header lines that change with every run and say nothing."""
    text = path.read_text(encoding="utf-8")
    text = re.sub(
        r'^"(POT-Creation-Date|PO-Revision-Date|Last-Translator|Language-Team|Generated-By):.*\n',
        "",
        text,
        flags=re.M,
    )
    path.write_text(re.sub(r"\A(#.*\n)+", "", text), encoding="utf-8")


def compile_catalogue(room: str, language: str) -> bool:
    """Write the binary catalogue Django reads; return whether there was anything to compile."""
    path = po_path(room, language)
    if not path.exists():
        return False
    with path.with_suffix(".mo").open("wb") as stream:
        write_mo(stream, load(room, language))
    return True


def faults(room: str, language: str) -> list[str]:
    """Return what is missing or wrong in a catalogue, a line each."""
    catalogue = load(room, language)
    lines = []
    for key, found in messages(room).items():
        where = f"{found.places[0][0]}:{found.places[0][1]}"
        message = catalogue.get(key.msgid, key.context)
        if message is None:
            lines.append(f"{where}: not in the catalogue: {key.msgid!r}")
        else:
            lines.extend(
                f"{where}: {fault}: {key.msgid!r}" for fault in _message_faults(message, found)
            )
    return lines


def _message_faults(message: Message, found: Found) -> Iterator[str]:
    strings = [message.string] if isinstance(message.string, str) else list(message.string or ())
    if not strings or not all(strings):
        yield "not translated"
        return
    if message.fuzzy:
        yield "translation is marked fuzzy"
    if found.plural and isinstance(message.string, str):
        yield "plural form missing"
    expected = set(
        _PLACEHOLDER.findall(
            found.plural or str(message.id if isinstance(message.id, str) else message.id[0])
        )
    )
    for text in strings:
        given = set(_PLACEHOLDER.findall(text))
        if given - expected:
            yield f"unknown placeholder {', '.join(sorted(given - expected))}"
        if re.search(r"[^\s\u00a0\u202f][;!?](\s|$)", text) and not re.search(r"https?:", text):
            yield "no narrow no-break space before ; ! ?"
