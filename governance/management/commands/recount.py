"""`manage.py recount FILE --method M`: count a ballot file again, with the code that counts the portal's elections."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from governance.tally import Count, Method, Rule, Strength, TallyError, Unranked, count
from governance.tally.formats import read, read_organisations

ALIASES = {"stv": "scottish-stv", "scottish": "scottish-stv", "meek": "meek-stv"}


class Command(BaseCommand):
    """Needs no database: ballots in, count out."""

    help = "Count a ballot file (BLT, CSV, PrefLib) and print winners, order, rounds, pairwise and ties."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="ends in .blt, .csv, .soc, .soi, .toc or .toi")
        parser.add_argument("--method", required=True, type=method_of, help=", ".join(Method))
        parser.add_argument("--seats", type=int, help="how many are elected (BLT files say it)")
        parser.add_argument("--unranked", choices=[str(one) for one in Unranked], default="ignore")
        parser.add_argument(
            "--strength", choices=[str(one) for one in Strength], default="winning-votes"
        )
        parser.add_argument("--cap-file", type=Path, help="CSV or JSON: candidate, organisation")
        parser.add_argument("--cap", type=int, help="seats one organisation may take at most")
        parser.add_argument("--seed", help="draws ties for seats; without it they stay open")
        parser.add_argument("--json", action="store_true", help="print JSON instead of a summary")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            result = counted(options)
        except (TallyError, OSError, UnicodeDecodeError) as error:
            raise CommandError(str(error)) from None
        if options["json"]:
            self.stdout.write(json.dumps(result.to_json(), ensure_ascii=False))
            return
        for line in summary(result):
            self.stdout.write(line)


def counted(options: dict[str, Any]) -> Count:
    """Read the files and count."""
    if (options["cap"] is None) != (options["cap_file"] is None):
        raise CommandError("Give --cap and --cap-file together, or neither.")
    path: Path = options["file"]
    ballots = read(path.read_text(encoding="utf-8"), path.suffix, options["method"])
    seats = options["seats"]
    if seats is None:
        seats = getattr(ballots, "seats", None) or 1
    organisations = None
    if options["cap_file"] is not None:
        organisations = read_organisations(options["cap_file"].read_text(encoding="utf-8"))
    rule = Rule(
        method=options["method"], seats=seats, unranked=Unranked(options["unranked"]),
        strength=Strength(options["strength"]), cap=options["cap"],
    )  # fmt: skip
    return count(ballots, rule, organisations, options["seed"])


def summary(result: Count) -> list[str]:
    """Return a count in a few lines for a reader."""
    shown = result.to_json()
    lines = [f"Elected ({len(result.winners)} of {result.seats}): " + ", ".join(shown["winners"])]
    lines += [
        f"{place}. " + " = ".join(level) for place, level in enumerate(shown["order"], start=1)
    ]
    for tie in shown["ties"]:
        settled = tie["settled_by"] or "nothing: give --seed to draw it"
        lines.append(f"Tie ({tie['about']}): {', '.join(tie['candidates'])}; settled by {settled}.")
    return lines


def method_of(name: str) -> Method:
    """Read a method's name as people write it."""
    tidy = name.strip().lower().replace("_", "-")
    return Method(ALIASES.get(tidy, tidy))
