"""Forms in Slack lose no text and are never more than Slack takes."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doubles import slack_limits
from doubles.slack_workspace import Workspace
from dutydesk.adapters.slack import modals
from dutydesk.desk.models import Question, Ticket
from dutydesk.desk.rules.templates import read_template
from dutydesk.desk.rules.tickets import Template
from dutydesk.kernel.forms import Field, Form
from testing.machine import LONDON
from testing.slack import ADA, event, hear, message, slack_of, ts_of
from testing.slack_person import Person
from testing.world import World

LONG = "I have searched among the open and the closed questions, " * 3


def view_of(*fields: Field) -> dict[str, Any]:
    form = Form("Raise a ticket", "Raise it", fields)
    return modals.modal(form, action="ticket.raise", meta={"about": "question:1"})


def sent(view: dict[str, Any], **chosen: Any) -> dict[str, Any]:
    """Give the view as Slack sends it when nothing was changed but what is `chosen`."""
    state: dict[str, Any] = {}
    for block in view["blocks"]:
        if block["type"] != "input":
            continue
        element, name = block["element"], block["block_id"]
        given = chosen.get(name, {"value": element.get("initial_value")})
        state[name] = {element["action_id"]: {"type": element["type"], **given}}
    # What Slack sends is an object, whose names have no order.
    return {**view, "state": {"values": dict(sorted(state.items(), reverse=True))}}


@given(
    st.lists(st.text("ab\n é", max_size=50), min_size=1, max_size=4),
    st.integers(1, 300),
    st.booleans(),
)
def test_a_long_text_comes_back_as_it_was_shown(some: list[str], times: int, break_: bool) -> None:
    text = "a" + ("\n" if break_ else "").join(some) * times
    view = view_of(Field("body", "What it is about", "long", value=text, longest=100_000))
    assert slack_limits.faults("views.open", {"view": view}) == []
    filled = modals.filled(sent(view))["body"]
    assert isinstance(filled, str)
    assert filled.rstrip("\n") == text.rstrip("\n")


def test_what_was_taken_out_of_a_long_text_is_gone() -> None:
    lines = [f"Line {number:04} of a log" for number in range(400)]
    view = view_of(Field("body", "The log", "long", value="\n".join(lines)))
    labels = [one["label"]["text"] for one in view["blocks"]]
    assert labels == ["The log (1 of 3)", "The log (2 of 3)", "The log (3 of 3)"]
    assert [one["optional"] for one in view["blocks"]] == [False, True, True]
    middle = view["blocks"][1]
    kept = modals.filled(sent(view, **{middle["block_id"]: {"value": None}}))["body"]
    assert kept == "\n".join(
        one for one in lines if one not in middle["element"]["initial_value"].split("\n")
    )


def test_options_are_as_long_and_as_many_as_they_are() -> None:
    many = tuple((f"{number} {LONG}", f"{number} {LONG}") for number in range(150))
    boxes = many[:3]
    view = view_of(
        Field("one", "One", "choice", value=many[120][0], options=many),
        Field("some", "Some", "choices", value=(many[7][0], many[149][0]), options=many),
        Field("boxes", "Boxes", "choices", options=boxes, must=(boxes[1][0],)),
        Field("none", "None", "choice", False, options=(("", "Not said"), *many[:2])),
    )
    assert slack_limits.faults("views.open", {"view": view}) == []
    elements = {one["block_id"]: one["element"] for one in view["blocks"] if one["type"] == "input"}
    groups = elements["one"]["option_groups"]
    assert [len(one["options"]) for one in groups] == [100, 50]
    assert elements["none"]["initial_option"]["text"]["text"] == "Not said"
    form = Form(
        "x",
        "x",
        (
            Field("one", "One", "choice", options=many),
            Field("some", "Some", "choices", options=many),
            Field("boxes", "Boxes", "choices", options=boxes, must=(boxes[1][0],)),
            Field("none", "None", "choice", False, options=(("", "Not said"), *many[:2])),
        ),
    )
    back = sent(
        view,
        one={"selected_option": elements["one"]["initial_option"]},
        some={"selected_options": elements["some"]["initial_options"]},
        boxes={"selected_options": elements["boxes"]["options"][1:]},
        none={"selected_option": elements["none"]["initial_option"]},
    )
    answers = form.read(modals.filled(back), LONDON)
    assert answers.text("one") == many[120][0]
    assert answers.chosen("some") == (many[7][0], many[149][0])
    assert answers.chosen("boxes") == (boxes[1][0], boxes[2][0])
    assert answers.text("none") == ""


def test_a_form_that_slack_has_no_room_for_is_refused() -> None:
    with pytest.raises(modals.FormTooLong, match="longer than Slack can show"):
        view_of(*(Field(f"f{number}", "Field") for number in range(101)))


INPUT = {"type": "plain_text_input", "action_id": "value", "initial_value": "x" * 3001}
OPTION = {"text": {"type": "plain_text", "text": "x"}, "value": "x" * 151}
SELECT = {"type": "static_select", "action_id": "value", "options": [OPTION]}
LABEL = {"type": "plain_text", "text": "Label"}


@pytest.mark.parametrize(
    ("blocks", "fault"),
    [
        ([{"type": "input", "label": LABEL, "element": INPUT}], "initial_value must be less than"),
        ([{"type": "input", "label": LABEL, "element": SELECT}], "value must be less than 151"),
        ([{"type": "divider"}] * 101, "a view has no more than 100 blocks"),
        ([{"type": "section", "text": {"type": "mrkdwn", "text": "x" * 3001}}], "a section's text"),
        ([{"type": "header", "text": {"type": "plain_text", "text": "x" * 151}}], "a header must"),
    ],
)
def test_the_double_refuses_what_slack_does(blocks: list[dict[str, Any]], fault: str) -> None:
    view = {"type": "modal", "title": LABEL, "submit": LABEL, "blocks": blocks}
    (found,) = slack_limits.faults("views.open", {"view": view})
    assert found.startswith(fault)
    assert slack_limits.faults("chat.postMessage", {"text": "x", "blocks": []}) == []


@pytest.fixture
def world(tmp_path: Path) -> World:
    world = World(tmp_path, "2026-11-24T11:00")
    world.shifts(support="Ada", primary="Ben", secondary="Cy")
    return world


def asked(world: World, *texts: str) -> Question:
    """Ask in Slack, and answer oneself in the thread."""
    root = ts_of(world.at)
    for number, text in enumerate(texts):
        more = {"thread_ts": root} if number else {}
        hear(world, event(message(text, ts_of(world.at, number), **more)))
    return Question.objects.get()


@pytest.mark.django_db
@pytest.mark.clause("ask.ticket-by-engineer")
def test_a_ticket_of_a_long_thread_holds_all_of_it(world: World, there: Workspace) -> None:
    ada = Person(world, slack_of(world, there), ADA)
    trace = "\n".join(f"  at step {number} of the deployment" for number in range(130))
    question = asked(world, f"It fails:\n```\n{trace}\n```", "And that is the answer & the end.")
    ada.does(ada.pressed("ticket.raise", question.about))
    view = there.called("views.open")[-1]["view"]
    assert there.refused == []
    done = ada.does({**ada.filled(view), "view": {**sent(view), "id": "V1", "hash": "x"}})
    assert done["response_action"] == "update"
    body = Ticket.objects.get().body
    assert trace in body
    assert "And that is the answer & the end." in body


@pytest.mark.django_db
@pytest.mark.parametrize("elements", [40, 120])
def test_a_template_of_many_elements_opens_in_slack_or_says_where(
    world: World, there: Workspace, elements: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = "\n".join(
        ["body:", *(f"  - {{type: input, attributes: {{label: F{n}}}}}" for n in range(elements))]
    )
    form: Template = read_template("x.yml", text)
    monkeypatch.setattr("dutydesk.desk.flows.tickets.template", lambda: form)
    ada = Person(world, slack_of(world, there), ADA)
    question = asked(world, "It fails")
    ada.does(ada.pressed("ticket.raise", question.about))
    assert there.refused == []
    if elements == 40:
        assert len(there.called("views.open")[-1]["view"]["blocks"]) > elements
    else:
        assert not there.called("views.open")
        told = str(there.called("chat.postEphemeral")[-1]["text"])
        assert "This form is longer than Slack can show." in told
        assert f"https://desk.example.org/do/ticket.raise/{question.about}" in told
