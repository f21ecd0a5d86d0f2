"""The built-in suites, by name."""

from .language_id.suite import LanguageId
from .model import Suite, SuiteError

SUITES: dict[str, Suite] = {LanguageId.name: LanguageId()}


def suite(name: str) -> Suite:
    if name not in SUITES:
        raise SuiteError(f"there is no suite {name!r}; known are: {', '.join(sorted(SUITES))}")
    return SUITES[name]
