"""What people press, fill in, choose and type in Slack, in the shapes in which Slack tells it."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from doubles.slack_workspace import Workspace
from dutydesk.adapters.slack import modals
from dutydesk.desk.models import Question, Ticket
from dutydesk.incidents.models import Incident
from dutydesk.kernel.forms import Field, Form, FormRefused
from dutydesk.outbox.models import OutboxMessage
from dutydesk.people.models import Account
from dutydesk.slack.app import Slack
from testing.machine import LONDON
from testing.slack import ADA, ASK, BEN, UMA, UNA, event, hear, message, slack_of, ts_of
from testing.slack_person import Person
from testing.world import World, as_if_committed

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(tmp_path: Path) -> World:
    world = World(tmp_path, "2026-11-24T11:00")
    world.shifts(support="Ada", primary="Ben", secondary="Cy")
    return world


@pytest.fixture
def slack(world: World, there: Workspace) -> Slack:
    return slack_of(world, there)


@pytest.fixture
def ada(world: World, slack: Slack) -> Person:
    return Person(world, slack)


@pytest.fixture
def una(world: World, slack: Slack) -> Person:
    return Person(world, slack, UNA)


@pytest.fixture
def question(world: World, slack: Slack) -> Question:
    hear(world, event(message("Visits are down", ts_of(world.at))))
    return Question.objects.get()


def told(there: Workspace) -> str:
    return str(there.called("chat.postEphemeral")[-1]["text"])


def test_a_button_does_what_it_says_once(ada: Person, question: Question, there: Workspace) -> None:
    pressed = ada.pressed("question.solve", question.about)
    for _ in range(2):
        assert ada.does(pressed, "slack:the same bytes") is None
    question.refresh_from_db()
    assert question.state == "solved"
    assert [one["user"] for one in there.called("chat.postEphemeral")] == [ADA]
    assert (
        there.called("chat.postEphemeral")[0] | {"thread_ts": "111.000", "channel": ASK}
        == (there.called("chat.postEphemeral")[0])
    )


def test_a_refusal_is_told_to_whoever_pressed_with_what_to_do(
    ada: Person, question: Question, there: Workspace
) -> None:
    ada.does(ada.pressed("question.solve", question.about))
    ada.does(ada.pressed("question.solve", question.about))
    assert told(there) == "It is solved already. Ask again if it isn't."
    for about in ("question:987654321", "nonsense", ""):
        ada.does(ada.pressed("question.solve", about))
        assert "isn't there any more" in told(there)
    assert ada.does(ada.pressed("no.such-action", "question:1")) is None


def test_a_stranger_is_asked_to_connect_and_changes_nothing(
    una: Person, question: Question, there: Workspace
) -> None:
    una.does(una.pressed("question.solve", question.about))
    assert "https://desk.example.org/people/connect/" in told(there)
    question.refresh_from_db()
    assert question.state == "open"


def test_somebody_whose_account_was_shut_does_nothing(
    ada: Person, question: Question, there: Workspace
) -> None:
    ada.does(ada.pressed("question.show", question.about))
    Account.objects.filter(name="Ada").update(is_active=False)
    ada.does(ada.pressed("question.solve", question.about))
    assert "doesn't know yet who you are" in told(there)


@pytest.mark.clause("ask.ticket-by-engineer")
def test_a_form_is_opened_filled_in_and_carried_out(
    ada: Person, question: Question, there: Workspace
) -> None:
    ada.does(ada.pressed("ticket.raise", question.about))
    opened = there.called("views.open")[-1]
    view = opened["view"]
    assert view["callback_id"] == "ticket.raise"
    inputs = {one["block_id"]: one["element"] for one in view["blocks"] if one["type"] == "input"}
    assert inputs["title"]["initial_value"] == "Visits are down"
    text = {"type": "plain_text_input", "value": "Visits can't be booked"}
    empty = ada.does(ada.filled(view, title=dict(text) | {"value": None}, body=dict(text)))
    assert empty["response_action"] == "errors"
    assert "“Title” is missing" in empty["errors"]["title"]
    for _ in range(2):
        done = ada.does(ada.filled(view, title=dict(text), body=dict(text)), "slack:these bytes")
        assert done["response_action"] == "update"
    assert "https://desk.example.org/tickets/" in json.dumps(done)
    assert Ticket.objects.get().title == "Visits can't be booked"


def test_a_form_is_not_opened_for_whoever_may_not(
    world: World, slack: Slack, question: Question, there: Workspace
) -> None:
    uma = Person(world, slack, UMA)
    uma.does(uma.pressed("ticket.raise", question.about))
    assert not there.called("views.open")
    assert "engineers of the team" in told(there)
    view = {
        "callback_id": "ticket.raise",
        "private_metadata": '{"about": "question:1"}',
        "blocks": [],
    }
    forged = uma.does(uma.filled(view))
    assert "engineers of the team" in json.dumps(forged)
    assert not Ticket.objects.exists()


def test_if_slack_does_not_open_the_form_whoever_pressed_is_told(
    ada: Person, question: Question, there: Workspace
) -> None:
    ada.does(ada.typed("who"))
    there.mood = "expired_trigger_id"
    ada.does(ada.pressed("ticket.raise", question.about))
    owed = OutboxMessage.objects.get(kind="slack.reply")
    assert "expired_trigger_id" in owed.payload["text"]


def test_a_message_shortcut_is_about_the_question_that_the_message_is_of(
    ada: Person, question: Question, there: Workspace
) -> None:
    ts = question.post.key.rpartition(":")[2]
    further, reply = ts_of(ada.world.at, 5), ts_of(ada.world.at, 9)
    hear(ada.world, event(message("And why do bookings fail?", further)))
    hear(ada.world, event(message("Since when?", reply, by=BEN, thread_ts=further)))
    for one in (ts, further, reply):
        ada.does(ada.chose("message:ticket.raise", one))
        view = there.called("views.open")[-1]["view"]
        assert json.loads(view["private_metadata"]) == {"about": question.about}
    ada.does(ada.chose("message:ticket.raise", "1.000001"))
    assert "doesn't follow this message" in told(there)
    ada.does(ada.chose("message:incident.declare", "1.000001"))
    assert there.called("views.open")[-1]["view"]["callback_id"] == "incident.declare"


def test_a_message_that_was_not_taken_for_a_question_is_made_one(
    world: World, ada: Person, there: Workspace
) -> None:
    there.channels["C0TALK"] = {"id": "C0TALK", "name": "talk"}
    ts = ts_of(world.at)
    hear(world, event(message("Could somebody look?", ts, channel="C0TALK")))
    assert not Question.objects.exists()
    for _ in range(2):
        ada.does(ada.chose("message:thread.ask", ts, "C0TALK"))
    assert Question.objects.get().post.key == f"slack:C0TALK:{ts}"
    assert "https://desk.example.org/questions/" in told(there)


def test_an_incident_is_declared_from_a_question(
    ada: Person, question: Question, there: Workspace
) -> None:
    ts = question.post.key.rpartition(":")[2]
    ada.does(ada.chose("message:incident.declare", ts))
    view = there.called("views.open")[-1]["view"]
    inputs = {one["block_id"]: one["element"] for one in view["blocks"] if one["type"] == "input"}
    assert inputs["title"]["initial_value"] == "Visits are down"
    criteria = inputs["criteria"]["options"][:1]
    flag = {"as_": "flag", "type": "checkboxes", "selected_options": [{"value": "yes"}]}
    moment = int((ada.world.at - timedelta(minutes=30)).timestamp())
    done = ada.does(
        ada.filled(
            view,
            title={"type": "plain_text_input", "value": "Visits are down"},
            criteria={"type": "checkboxes", "selected_options": criteria},
            services={"type": "checkboxes", "selected_options": []},
            user_impact=flag,
            began={"type": "datetimepicker", "selected_date_time": moment},
        )
    )
    assert "with high priority" in json.dumps(done)
    incident = Incident.objects.get()
    assert (incident.source, incident.declared_by) == (question.about, "Ada")


@pytest.mark.parametrize("word", ["who", "WHO", " cover "])
def test_typing_who_says_who_is_on(ada: Person, word: str) -> None:
    answer = ada.does(ada.typed(word))
    assert answer["response_type"] == "ephemeral"
    assert "Support: Ada" in answer["text"]
    assert "Primary: nobody" in answer["text"]


def test_anything_else_gets_help_with_what_there_is(ada: Person) -> None:
    for typed in ("", "help", "<!channel>&*_ " + "x" * 4000):
        answer = ada.does(ada.typed(typed))
        assert "/desk declare" in answer["text"]
        assert "<!" not in answer["blocks"][0]["text"]["text"]
        assert "/desk find" in answer["text"]
        assert "/desk connect" in answer["text"]


def test_the_global_shortcut_shows_who_is_on(ada: Person, there: Workspace) -> None:
    ada.does(ada.chose("global:who"))
    assert "Support: Ada" in json.dumps(there.called("views.open")[-1]["view"])


def test_what_cannot_be_read_is_answered_and_does_nothing(ada: Person) -> None:
    for payload in (
        {"type": "block_actions"},
        {"type": "block_actions", "actions": [], "user": {"id": ADA}},
        {"type": "view_submission", "view": None},
        {"type": "view_submission", "view": {"private_metadata": "x"}, "user": {"id": ADA}},
        {"type": "view_closed"},
        {"type": "message_action", "user": 5, "callback_id": 7},
        {"type": "command"},
        {},
    ):
        assert ada.does(payload) is None, payload


def test_the_home_tab_shows_what_is_ones_own(
    world: World, ada: Person, question: Question, there: Workspace
) -> None:
    world.press("Ada", "incident.declare", "new", title="Down", criteria="outage", filled="1")
    for user in (ADA, UMA, UNA, BEN):
        opened = {"type": "app_home_opened", "user": user, "channel": "D1", "tab": "home"}
        hear(world, event(opened))
    shown = {one["user_id"]: one["view"] for one in there.called("views.publish")}
    text = {user: json.dumps(view) for user, view in shown.items()}
    assert all("Support: Ada" in one for one in text.values())
    assert "Visits are down" in text[UMA]
    assert "/people/connect/" in text[UNA]
    assert "incident.declare" in text[ADA]
    assert "incident.declare" not in text[UMA]
    assert all(len(view["blocks"]) <= 100 for view in shown.values())
    Question.objects.update(state=Question.State.WITHDRAWN)
    hear(world, event({"type": "app_home_opened", "user": UMA, "channel": "D1", "tab": "home"}))
    assert "Visits are down" not in json.dumps(there.called("views.publish")[-1])


def test_a_form_of_every_kind_of_field_keeps_slacks_limits() -> None:
    """Limits: https://docs.slack.dev/reference/block-kit/blocks and …/block-elements."""
    many = tuple((str(number), "An option that is long " * 9) for number in range(150))
    fields = (
        Field("a", "Label " * 900, value="x" * 9000, hint="y" * 9000),
        Field("b", "B", "long", value="x" * 9000),
        Field("c", "C", "choice", options=many, value="3"),
        Field("d", "D", "choices", options=many[:9], value=("2", "3")),
        Field("e", "E", "choices", options=many),
        Field("f", "F", "choice"),
        Field("g", "G", "flag", value="yes"),
        Field("h", "H", "time", value=datetime(2026, 11, 24, 10, tzinfo=UTC)),
        Field("i", "I", "time"),
    )
    form = Form("A title that is far too long for Slack", "Tell everybody " * 9, fields, "n" * 5000)
    view = modals.modal(form, action="x.y", meta={"about": "a:1"})
    assert len(view["title"]["text"]) <= 24
    assert len(view["submit"]["text"]) <= 24
    assert len(view["blocks"]) <= 100
    for block in view["blocks"]:
        if block["type"] == "section":
            assert 0 < len(block["text"]["text"]) <= 3000
        if block["type"] == "input":
            assert len(block["label"]["text"]) <= 2000
            assert len(block.get("hint", {"text": ""})["text"]) <= 2000
            element = block["element"]
            assert len(element.get("initial_value", "")) <= 3000
            most = 10 if element["type"] == "checkboxes" else 100
            assert len(element.get("options", ())) <= most
            assert all(len(one["text"]["text"]) <= 75 for one in element.get("options", ()))
    assert not any(block.get("block_id") == "f" for block in view["blocks"])


def test_what_is_wrong_with_a_form_stands_with_its_fields() -> None:
    fields = (Field("why", "Why?"), Field("until", "Until", "time"), Field("of", "Of", "choice"))
    form = Form("Form", "Send", fields)
    view = modals.modal(form, action="x.y", meta={"about": "a:1"})
    with pytest.raises(FormRefused) as refused:
        form.read({"until": "soon"}, LONDON)
    errors = modals.errors(view, refused.value)["errors"]
    assert set(errors) == {"why", "until"}
    assert "“Why?” is missing" in errors["why"]
    assert "“Of” has nothing to choose" in errors["why"], "it isn't shown, so the first one says it"
    assert "is not a time" in errors["until"]


def test_a_time_that_the_clocks_show_twice_is_the_one_that_was_picked() -> None:
    second = datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    field = Field("until", "Until", "time", value=second)
    form = Form("Form", "Send", (field,))
    view = modals.modal(form, action="x.y", meta={"about": "a:1"})
    picked = view["blocks"][0]["element"]["initial_date_time"]
    assert picked == second.timestamp()
    element = {"type": "datetimepicker", "selected_date_time": picked}
    sent = modals.filled({"state": {"values": {"until": {"value": element}}}})
    assert form.read(sent, LONDON).moment("until") == second


@pytest.mark.clause("ask.in-channel")
def test_what_was_asked_before_is_found_by_its_words(world: World, slack: Slack) -> None:
    uma = Person(world, slack, UMA)
    as_if_committed()
    hear(world, event(message("How do I renew the certificate of cert-manager?", ts_of(world.at))))
    answer = uma.does(uma.typed("find certificate renew"))["text"]
    assert "renew the certificate" in answer
    assert "https://desk.example.org/threads/" in answer
    assert "https://desk.example.org/find?q=certificate+renew" in answer
    assert "Nothing has these words" in uma.does(uma.typed("find zebra unicorn"))["text"]
    assert "Say what to find" in uma.does(uma.typed("find"))["text"]
