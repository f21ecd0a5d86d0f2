"""Catalogues are extracted, checked and compiled without GNU gettext."""

from __future__ import annotations

import gettext
from pathlib import Path

import pytest

from alliance import catalogues


@pytest.fixture
def house(tmp_path: Path, settings) -> Path:
    """A small tree with one room."""
    settings.BASE_DIR = tmp_path
    (tmp_path / "members").mkdir()
    (tmp_path / "templates" / "members").mkdir(parents=True)
    (tmp_path / "members" / "views.py").write_text(
        'a = _("Members")\nb = ngettext("%(n)s vote", "%(n)s votes", n)\nc = pgettext("verb", "Second")\n'
        'd = _c("position", "Abstains")\ne = lazy("Another failure.")\n'
    )
    (tmp_path / "templates" / "members" / "page.html").write_text(
        '{% trans "Where?" %}{% blocktrans trimmed %}\n  Seen by {{ name }}\n{% endblocktrans %}'
    )
    return tmp_path


def _translate(house: Path, pairs: dict[str, str]) -> None:
    path = catalogues.po_path("members", "fr")
    text = path.read_text()
    for english, french in pairs.items():
        text = text.replace(
            f'msgid "{english}"\nmsgstr ""', f'msgid "{english}"\nmsgstr "{french}"'
        )
    path.write_text(text)


def test_messages_of_python_and_templates_are_found(house: Path) -> None:
    found = {key.msgid for key in catalogues.messages("members")}
    assert found == {
        "Members",
        "%(n)s vote",
        "Second",
        "Abstains",
        "Another failure.",
        "Where?",
        "Seen by %(name)s",
    }


def test_extraction_keeps_translations(house: Path) -> None:
    assert catalogues.extract("members", "fr") == 7
    _translate(house, {"Members": "Membres"})
    assert catalogues.extract("members", "fr") == 6
    assert catalogues.load("members", "fr").get("Members").string == "Membres"


def test_check_names_what_is_missing_and_what_is_wrong(house: Path) -> None:
    catalogues.extract("members", "fr")
    _translate(house, {"Members": "Membres", "Where?": "Où?", "Seen by %(name)s": "Vu par %(nom)s"})
    faults = "\n".join(catalogues.faults("members", "fr"))
    assert "not translated: '%(n)s vote'" in faults
    assert "no narrow no-break space before ; ! ?: 'Where?'" in faults
    assert "unknown placeholder %(nom)s" in faults
    assert "'Members'" not in faults


def test_a_message_that_left_the_catalogue_is_reported(house: Path) -> None:
    catalogues.extract("members", "fr")
    (house / "members" / "late.py").write_text('_("New")')
    assert any(
        "not in the catalogue: 'New'" in fault for fault in catalogues.faults("members", "fr")
    )


def test_the_compiled_catalogue_is_what_gettext_reads(house: Path) -> None:
    catalogues.extract("members", "fr")
    _translate(house, {"Members": "Membres"})
    assert catalogues.compile_catalogue("members", "fr")
    path = catalogues.po_path("members", "fr").with_suffix(".mo")
    with path.open("rb") as stream:
        assert gettext.GNUTranslations(stream).gettext("Members") == "Membres"


@pytest.mark.parametrize("room", catalogues.ROOMS)
def test_the_french_of_every_room_is_complete(room: str) -> None:
    assert catalogues.faults(room, "fr") == []
