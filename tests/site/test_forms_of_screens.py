"""The forms of screens: what is wrong stands beside its field, and what was typed stays."""

import re
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.test import Client, RequestFactory

from dutydesk.kernel.forms import Field, Form, FormRefused
from dutydesk.oncall.models import ContactMethod
from dutydesk.people.models import Account, Engineer
from dutydesk.rota.flows import cover_nominations
from dutydesk.rota.models import CoverNomination
from dutydesk.web.sent_forms import UnknownForm, read_sent, row_field
from testing.screens import squeezed, visit
from testing.world import Moving, World

pytestmark = pytest.mark.django_db
LONG = "L" * 101


def fault(text: str, key: str) -> str:
    """Give what stands beside a field of a screen."""
    found = re.findall(rf'<p class="fault" id="e-{key}">\s*(.*?)\s*</p>', text, re.DOTALL)
    return str(found[0]) if found else ""


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    world = World(tmp_path, "2026-11-24T11:00")
    monkeypatch.setattr("dutydesk.site.middleware.clock", Moving(world))
    return world


@pytest.fixture
def ada(world: World) -> Client:
    Account.objects.filter(name="Ada").update(is_administrator=True)
    return visit("Ada")


@pytest.mark.parametrize(
    ("path", "sent", "key", "says"),
    [
        ("/alarms/keys/", {"name": LONG}, "name", "“Which system?” has 101 characters"),
        ("/alarms/keys/", {"name": "Argo", "opens": "all"}, "opens", "doesn't offer that"),
        ("/shifts/calendars/", {"of": "king"}, "of", "doesn't offer that"),
        ("/shifts/cover", {"part": "1", "engineer": "999"}, "engineer", "doesn't offer that"),
        ("/shifts/cover", {"engineer": ""}, "part", "is missing"),
        ("/account/", {"what": "password", "old": "x"}, "password-password", "is missing"),
        (
            "/account/",
            {"what": "password", "old": "x", "password": "y"},
            "password-old",
            "not your",
        ),
        (
            "/pages/contact-methods/",
            {"what": "add", "name": "Mine", "address": "chat", "delay": "61"},
            "add-delay",
            "is no whole number from 0 to",
        ),
    ],
)
def test_what_is_wrong_stands_beside_its_field(
    ada: Client, path: str, sent: dict[str, str], key: str, says: str
) -> None:
    answer = ada.post(path, sent)
    assert answer.status_code == 422
    assert says in fault(answer.text, key).replace("&#x27;", "'")
    assert 'aria-invalid="true"' in answer.text


def test_what_was_typed_stays_in_the_form(ada: Client) -> None:
    keys = ada.post("/alarms/keys/", {"name": "Argo", "opens": "everything"}).text
    assert re.search(r'name="name"\s+type="text"\s+value="Argo"', keys)
    added = {"what": "add", "name": "Mine", "address": "ntfys://topic", "delay": "x"}
    methods = ada.post("/pages/contact-methods/", added).text
    assert 'value="Mine"' in methods
    assert 'value="ntfys://topic"' in methods
    explained = ada.get("/alarms/explain", {"labels": "a=b", "annotations": "odd", "at": "soon"})
    assert explained.status_code == 422
    assert "a=b</textarea>" in explained.text
    assert "odd</textarea>" in explained.text
    assert "is not a label with its value" in fault(explained.text, "annotations")
    assert fault(explained.text, "at")


def test_a_password_is_never_sent_back(ada: Client) -> None:
    typed = {"what": "password", "old": "an old secret", "password": "another secret"}
    answer = ada.post("/account/", typed)
    assert answer.status_code == 422
    assert "secret" not in answer.text


def test_spaces_of_a_password_are_its_own() -> None:
    form = Form("", "", (Field("new", "New", verbatim=True), Field("name", "Name")))
    read = form.read({"new": " a\tb ", "name": " a\tb "}, None)  # type: ignore[arg-type]
    assert (read.text("new"), read.text("name")) == (" a\tb ", "a b")


def test_a_form_of_a_row_is_wrong_in_its_own_row_alone(world: World, ada: Client) -> None:
    me = Engineer.objects.get(name="Ada").pk
    for address in ("chat", "ada@example.org"):
        ContactMethod.objects.create(
            engineer_id=me, name=address, kind="chat", address=address,
            order=ContactMethod.objects.count(), made_at=world.at,
        )  # fmt: skip
    first, second = ContactMethod.objects.order_by("id")
    answer = ada.post(
        "/pages/contact-methods/", {"what": "delay", "method": second.pk, "delay": "long"}
    )
    assert answer.status_code == 422
    assert "is no whole number" in fault(answer.text, f"delay-delay-{second.pk}")
    assert fault(answer.text, f"delay-delay-{first.pk}") == ""
    assert answer.text.count('value="long"') == 1


def test_a_form_is_known_by_its_name_or_by_a_field_of_its_name() -> None:
    forms = {"": Form("", ""), "rotate": Form("", "", (row_field("rotate", "Key"),))}

    def sent(**values: str) -> tuple[str, dict[str, str]]:
        what, answers = read_sent(RequestFactory().post("/", values), forms, ZoneInfo("UTC"))
        return what, answers.texts()

    assert sent(name="x") == ("", {})
    assert sent(rotate="7") == sent(what="rotate", rotate="7") == ("rotate", {"rotate": "7"})
    with pytest.raises(UnknownForm):
        sent(what="everything", rotate="7")
    with pytest.raises(FormRefused):
        sent(rotate="x")


def test_a_part_of_a_day_that_can_t_be_given_is_said_on_the_screen_of_the_weeks(
    world: World, ada: Client
) -> None:
    ben = Engineer.objects.get(name="Ben").pk
    over = world.at.date().toordinal() * 100 - 100
    answer = ada.post("/shifts/cover", {"part": over, "engineer": ben})
    assert answer.status_code == 422
    assert "That part of the day is over." in answer.text
    assert f'<option value="{ben}" selected>Ben</option>' in squeezed(answer.text)
    assert not CoverNomination.objects.exists()


def test_a_part_that_nobody_had_when_the_page_was_shown_is_taken_from_nobody(
    world: World, ada: Client
) -> None:
    shown = squeezed(ada.get("/shifts/").text)
    take = r'name="part" value="(\d+)"><input type="hidden" name="what" value="take">'
    part, *_ = re.findall(take, shown)
    ben = Engineer.objects.get(name="Ben").pk
    cover_nominations.take(number=int(part), engineer=ben, at=world.at, by="Ben")
    answer = ada.post("/shifts/cover", {"part": part, "what": "take"})
    assert answer.status_code == 422
    assert "Ben answers then already." in answer.text
    assert CoverNomination.objects.get(cancelled_at=None).engineer_id == ben
    cover_nominations.name(number=int(part), engineer=None, at=world.at, by="Ben")
    assert ada.post("/shifts/cover", {"part": part, "what": "take"}).status_code == 302
    assert CoverNomination.objects.get(cancelled_at=None).engineer.name == "Ada"


def test_a_mark_on_nobody_is_refused_on_the_screen_of_shares(ada: Client) -> None:
    answer = ada.post("/shifts/shares/", {"engineer": "999999", "standing": "new"})
    assert answer.status_code == 422
    assert "That engineer is not on the team." in answer.text
    assert ada.post("/shifts/shares/", {"standing": "new"}).status_code == 422


@pytest.mark.parametrize("path", ["/alarms/heartbeats/", "/people/accounts/1", "/account/"])
def test_a_form_that_a_screen_does_not_know_is_refused(ada: Client, path: str) -> None:
    if path.endswith("/1"):
        path = f"/people/accounts/{Account.objects.get(name='Ben').pk}"
    answer = ada.post(path, {"what": "everything"})
    assert answer.status_code == 422
    assert "The form is not known here." in answer.text
