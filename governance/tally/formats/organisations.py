"""Which organisation each candidate belongs to: CSV lines `candidate,organisation`, or a JSON object."""

from __future__ import annotations

import csv
import io
import json

from governance.tally.formats.lines import FormatError, checked, tidy

HEADS = frozenset({("candidate", "organisation"), ("candidate", "organization")})


def read_organisations(text: str) -> dict[str, str]:
    """Read the file of a cap; a candidate without organisation is left out or has an empty cell."""
    text = checked(text)
    if text.lstrip().startswith("{"):
        return _from_json(text)
    found: dict[str, str] = {}
    reader = csv.reader(io.StringIO(text), strict=True)
    try:
        for row in reader:
            if not row or tuple(cell.strip().lower() for cell in row) in HEADS:
                continue
            if len(row) != 2:
                raise FormatError(
                    "A line has a candidate and an organisation, with a comma between.",
                    reader.line_num,
                )
            name, organisation = tidy(row[0]), tidy(row[1])
            if name in found:
                raise FormatError(f"{name} stands twice.", reader.line_num)
            if organisation:
                found[name] = organisation
    except csv.Error as error:
        raise FormatError(f"This is no CSV: {error}.", reader.line_num) from None
    return found


def _from_json(text: str) -> dict[str, str]:
    try:
        raw = json.loads(text)
    except json.JSONDecodeError as error:
        raise FormatError(f"This is no JSON: {error.msg}.", error.lineno) from None
    if not all(isinstance(value, str | None) for value in raw.values()):
        raise FormatError("Each candidate has the name of an organisation, or null.")
    return {tidy(name): tidy(value) for name, value in raw.items() if value}
