"""Pages, files and API of elections: public ones the same for everybody, papers that work without a script."""

from __future__ import annotations

import json
import re
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import Client

from governance import actions
from governance.models import Election, ElectionBallot
from governance.tally import Method
from members.models import Organisation, Person
from tests.cast import Cast
from tests.factories.elections import (
    announced,
    numbers,
    open_now,
    opened,
    overdue_election,
    rank,
    stand,
    vacant_seats,
)
from tests.factories.governance import Chamber
from transparency import sequencer

pytestmark = pytest.mark.django_db


def public(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    assert "Set-Cookie" not in answer.headers
    assert answer["Cache-Control"].startswith("public")
    page: str = answer.content.decode()
    assert "style=" not in page
    assert "None" not in re.sub(r"<[^>]*>", " ", page), path
    return page


def counted(chamber: Chamber, method: Method, orders: list[str], **rule: object) -> Election:
    x = Organisation.objects.create(slug="x", name="X", short_name="X", kind="research")
    election = announced(chamber, method=method, seats=2, **rule)
    for name, organisation in (("Ada", x), ("Bo", x), ("Cy", None)):
        stand(election, chamber, name, organisation)
    election = open_now(chamber, election)
    number = numbers(election)
    for seat, order in enumerate(orders, start=1):
        names = order.split()
        if method in (Method.SCORE, Method.STAR):
            content = {str(number[name]): 5 - at for at, name in enumerate(names)}
        elif method is Method.PLURALITY:
            content = {str(number[names[0]]): 1}
        else:
            content = {str(number[name]): at for at, name in enumerate(names, start=1)}
        actions.cast_election_ballot(
            viewer=chamber.viewer(seat), election_id=election.pk, seat_number=seat, content=content,
            idempotency_key=f"key of seat {seat}",
        )  # fmt: skip
    overdue_election(election)
    actions.settle_election(election_id=election.pk)
    sequencer.sequence()
    actions.settle_election(election_id=election.pk)
    election.refresh_from_db()
    return election


ORDERS = ["Ada Bo Cy", "Ada Bo Cy", "Bo Ada Cy", "Cy Ada Bo", "Ada Cy Bo"]


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("method", list(Method))
def test_result_of_every_method_is_told_in_both_languages(
    chamber: Chamber, client: Client, method: Method, language: str
) -> None:
    election = counted(chamber, method, ORDERS, cap=1)
    page = public(client, f"/{language}/governance/elections/{election.pk}/")
    assert f'<html lang="{language}"' in page
    assert election.result is not None
    for name in election.result["winners"]:
        assert name in page
    assert election.number in page


@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_state_has_its_page(chamber: Chamber, client: Client, language: str) -> None:
    nominations = announced(chamber)
    open_one = opened(chamber)
    rank(open_one, chamber, 2, "Ada")
    drawing = opened(chamber, names="Ada Bo", method=Method.SCHULZE)
    rank(drawing, chamber, 1, "Ada Bo")
    rank(drawing, chamber, 2, "Bo Ada")
    overdue_election(drawing)
    cancelled = announced(chamber)
    actions.cancel_election(viewer=chamber.chair, election_id=cancelled.pk, reason="Too few.")
    for election in (nominations, open_one, drawing, cancelled):
        public(client, f"/{language}/governance/elections/{election.pk}/")
    drawing.refresh_from_db()
    assert drawing.state == "drawing"  # the reader closed it
    public(client, f"/{language}/governance/elections/")
    public(client, f"/{language}/governance/")
    public(client, f"/{language}/governance/bodies/{chamber.body.slug}/")


def test_open_page_says_who_has_voted_and_not_how(chamber: Chamber, client: Client) -> None:
    election = opened(chamber, names="Ada Bo")
    rank(election, chamber, 2, "Bo Ada")
    page = public(client, f"/en/governance/elections/{election.pk}/")
    assert "Heard from, sealed" in page
    assert "Bo &gt; Ada" not in page
    assert client.get(f"/elections/{election.pk}/ballots.blt").status_code == 404
    detail = client.get(f"/api/v1/elections/{election.pk}/").json()
    assert detail["ballots"] == [{"seat": 2, "sequence": 1}]
    overdue_election(election)
    assert "Bo &gt; Ada" in public(client, f"/en/governance/elections/{election.pk}/")


@pytest.mark.parametrize("method", [Method.SCOTTISH_STV, Method.SCHULZE, Method.STAR])
def test_downloaded_ballots_recount_to_the_published_result(
    chamber: Chamber, client: Client, tmp_path: Path, method: Method
) -> None:
    election = counted(chamber, method, ORDERS, cap=1)
    kinds = ["csv"] if method is Method.STAR else ["csv", "blt", "toi"]
    caps = tmp_path / "caps.json"
    caps.write_bytes(client.get(f"/elections/{election.pk}/organisations.json").content)
    for kind in kinds:
        file = tmp_path / f"ballots.{kind}"
        file.write_bytes(client.get(f"/elections/{election.pk}/ballots.{kind}").content)
        out = StringIO()
        call_command(
            "recount", str(file), "--method", method.value, "--seats", "2", "--cap", "1", "--unranked", "last",
            "--cap-file", str(caps), "--seed", election.seed, "--json", stdout=out,
        )  # fmt: skip
        again = json.loads(out.getvalue())
        assert election.result is not None
        assert again["winners"] == election.result["winners"]
        assert again["rounds"] == election.result["rounds"]


def signed_in(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def test_paper_is_cast_without_a_script_and_gives_a_receipt(chamber: Chamber) -> None:
    election = opened(chamber, names="Ada Bo Cy")
    client = signed_in(chamber.person(2))
    address = f"/en/governance/elections/{election.pk}/ballot/"
    page = client.get(address).content.decode()
    key = re.search(r'name="key" value="(\w+)"', page)
    assert key
    fields = {f"c-{number}": "" for number in numbers(election).values()}
    empty = client.post(address, {"key": key[1], "seat": 2, **fields})
    assert empty.status_code == 422
    assert "The ballot is empty" in empty.content.decode()
    number = numbers(election)
    fields |= {f"c-{number['Bo']}": "1", f"c-{number['Ada']}": "2"}
    done = client.post(address, {"key": key[1], "seat": 2, **fields}, follow=True)
    assert "Bo &gt; Ada" in done.content.decode()
    assert "Receipt" in done.content.decode()
    wrong = client.post(address, {"key": "another key", "seat": 2, f"c-{number['Bo']}": "first"})
    assert "Write whole numbers only" in wrong.content.decode()
    assert ElectionBallot.objects.get().content == {
        str(number["Bo"]): 1,
        str(number["Ada"]): 2,
    }


def test_paper_shows_each_seat_an_order_of_its_own_that_stays(chamber: Chamber) -> None:
    election = opened(chamber, names="Ada Bo Cy Di Eve Flo")
    address = f"/en/governance/elections/{election.pk}/ballot/"

    def order(seat: int) -> list[str]:
        page = signed_in(chamber.person(seat)).get(address).content.decode()
        return re.findall(r'name="?(c-\d+)', page)

    orders = [order(seat) for seat in range(1, 6)]
    assert len({tuple(one) for one in orders}) > 1
    assert {tuple(sorted(one)) for one in orders} == {tuple(sorted(orders[0]))}
    assert order(1) == orders[0]


@pytest.mark.parametrize("path", ["ballot/", "desk/"])
def test_signed_in_pages_ask_who_it_is(chamber: Chamber, client: Client, path: str) -> None:
    election = opened(chamber)
    answer = client.get(f"/en/governance/elections/{election.pk}/{path}")
    assert answer.status_code == 302
    assert "login" in answer["Location"]


def test_whoever_holds_no_seat_gets_no_paper(chamber: Chamber, cast: Cast) -> None:
    election = opened(chamber)
    client = signed_in(cast.outsider)
    assert client.get(f"/en/governance/elections/{election.pk}/ballot/").status_code == 403
    assert client.get(f"/en/governance/bodies/{chamber.body.slug}/elect/").status_code == 403
    desk = client.get(f"/en/governance/elections/{election.pk}/desk/")
    assert "nothing for you to do here" in desk.content.decode()
    act = f"/en/governance/elections/{election.pk}/desk/cancel/"
    assert "Only the chair" in client.post(act, {"reason": "x"}, follow=True).content.decode()


def test_officer_brings_an_election_from_announcement_to_opening_by_forms(
    chamber: Chamber, cast: Cast
) -> None:
    seats = vacant_seats(chamber, 2)
    chair, nominee = signed_in(chamber.person(1)), signed_in(cast.rep_a)
    body = f"/en/governance/bodies/{chamber.body.slug}/elect/"
    wanted = {
        "title_en": "Two seats", "fills": chamber.body.pk, "seats": ", ".join(map(str, seats)),
        "since": "2027-01-01", "until": "2028-12-31", "method": "meek-stv", "cap": "1", "unranked": "last",
    }  # fmt: skip
    assert chair.post(body, wanted | {"seats": "six"}).status_code == 422
    assert chair.get(body).status_code == 200
    announced_page = chair.post(body, wanted, follow=True)
    assert "Nominations are open" in announced_page.content.decode()
    election = Election.objects.get()
    desk = f"/en/governance/elections/{election.pk}/desk/"
    chair.post(f"{desk}nominate/", {"email": cast.rep_a.email})
    assert "Accept and stand" in nominee.get(desk).content.decode()
    nominee.post(f"{desk}accept/", {"organisation": cast.org_a.pk, "statement_en": "I *listen*."})
    assert "<em>listen</em>" in public(Client(), f"/en/governance/elections/{election.pk}/")
    signed_in(chamber.person(3)).post(f"{desk}ask/", {"text": "What is your first step?"})
    question = election.questions.get()
    nominee.post(f"{desk}answer/", {"question": question.pk, "text": "To listen."})
    chair.post(f"{desk}open/", {"days": "3"})
    election.refresh_from_db()
    assert election.is_open
    assert election.candidates[0]["organisation"] == "org-a"
    assert "To listen." in public(Client(), f"/en/governance/elections/{election.pk}/")
    waiting = signed_in(chamber.person(3)).get("/en/members/me/", follow=True)
    assert "Elections that need me" in waiting.content.decode()


def test_api_casts_for_a_holder_and_refuses_others(chamber: Chamber, cast: Cast) -> None:
    election = opened(chamber, names="Ada Bo")
    address = f"/api/v1/elections/{election.pk}/ballots/"
    body = {"seat": 2, "content": {"1": 1}, "idempotency_key": "key-of-mine"}
    assert Client().post(address, body, content_type="application/json").status_code in (401, 403)
    stranger = signed_in(cast.outsider).post(address, body, content_type="application/json")
    assert stranger.status_code == 403
    holder = signed_in(chamber.person(2))
    first = holder.post(address, body, content_type="application/json")
    again = holder.post(address, body, content_type="application/json")
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json()["entry"] == again.json()["entry"]
    wrong = holder.post(
        address, body | {"content": {"7": 1}, "idempotency_key": "another key"}, content_type="application/json"
    )  # fmt: skip
    assert wrong.status_code == 422
    assert wrong["Content-Type"].startswith("application/problem+json")
