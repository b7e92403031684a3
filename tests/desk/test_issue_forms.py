"""Issue forms are read as GitHub reads them, and filled in as GitHub fills them in."""

import json
import re
from collections.abc import Iterable, Sequence
from copy import deepcopy
from random import Random
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dutydesk.desk.rules.issue_bodies import body_of, sections_of
from dutydesk.desk.rules.templates import MOST_PARTS, read_template, title_start
from dutydesk.desk.rules.ticket_roles import role_of
from dutydesk.desk.rules.tickets import FormField, Template, told_in, value_for
from dutydesk.process.rules.yaml_text import read_yaml
from testing.junk import merge_bomb

FORM = """
name: A new environment
title: "ENVIRONMENT:"
labels: ["new environment", 3]
body:
  - type: markdown
    attributes: {value: Thank you}
  - type: input
    id: name
    attributes: {label: Application name, placeholder: prison-visits, description: As it is known}
    validations: {required: true}
  - type: dropdown
    attributes: {label: Service environment, options: [dev, staging, prod], default: 1}
  - type: dropdown
    attributes: {label: Who sees it?, multiple: true, options: [Staff, The public, 2026-01-02]}
    validations: {required: true}
  - type: textarea
    attributes: {label: What happens?, value: "First:"}
  - type: textarea
    attributes: {label: Log output, render: shell}
  - type: checkboxes
    attributes:
      label: Before
      options:
        - {label: "I searched, and found nothing", required: true}
        - label: I would help
  - type: upload
    attributes: {label: A screenshot}
    validations: {required: true, accept: ".png"}
"""


def test_every_element_of_a_form_is_read() -> None:
    found = read_template("new.yml", FORM)
    assert (found.title, found.labels, found.faults) == (
        "ENVIRONMENT: ",
        ("new environment", "3"),
        (),
    )
    told = [
        (one.label, one.kind, one.required, one.value, one.role, one.render) for one in found.parts
    ]
    assert told == [
        ("Application name", "text", True, "", "service", ""),
        ("Service environment", "choice", False, "staging", "environment", ""),
        ("Who sees it?", "choices", True, "", "", ""),
        ("What happens?", "long", False, "First:", "conversation", ""),
        ("Log output", "long", False, "", "", "shell"),
        ("Before", "choices", False, "", "", ""),
        ("A screenshot", "long", True, "", "", ""),
    ]
    before, seen = found.parts[5], found.parts[2]
    assert before.boxes and before.needed == ("I searched, and found nothing",)
    assert seen.options == ("Staff", "The public", "2026-01-02")
    assert Template.from_json(found.as_json()) == found


def test_a_form_of_many_elements_is_read_whole() -> None:
    rows = [
        f"  - {{type: input, attributes: {{label: F {place}}}, validations: {{required: true}}}}"
        for place in range(80)
    ]
    found = read_template("x.yml", "\n".join(["body:", *rows]))
    asked = [one for one in found.parts if one.role != "conversation"]
    assert [one.label for one in asked] == [f"F {place}" for place in range(80)]
    assert all(one.required for one in asked)


def test_a_form_of_more_than_anybody_fills_in_says_so() -> None:
    rows = "\n".join("  - {type: input, attributes: {label: A}}" for _ in range(MOST_PARTS + 1))
    found = read_template("x.yml", f"body:\n{rows}")
    assert len([one for one in found.parts if one.label == "A"]) == MOST_PARTS
    assert found.faults == (f"it has {MOST_PARTS + 1} elements, of which {MOST_PARTS} are read",)


def test_a_choice_among_more_than_anybody_reads_says_so() -> None:
    options = json.dumps([f"Option {number}" for number in range(501)])
    row = f"  - {{type: dropdown, attributes: {{label: A, options: {options}}}}}"
    found = read_template("x.yml", f"body:\n{row}")
    assert len(found.parts[0].options) == 500
    assert found.faults == ("element 1 has 501 options, of which 500 are read",)


@pytest.mark.parametrize(
    ("wrong", "fault"),
    [
        ("labels: 3", "its labels is no list"),
        ("labels: [[a]]", "a label is no text"),
        ("title: [x]", "its title is no text"),
        ("title: 'x", "it can't be read"),
        ("title: !!bool maybe", "it can't be read: This is not YAML: a value doesn't fit"),
        ('title: !!int ""', "it can't be read"),
        ("title: !!omap [{a: 1}, {a: 1}]", "it can't be read"),
        ("title: 0x" + "f" * 4_000, "it can't be read: There is a number of more than"),
        (merge_bomb(), "it can't be read: Its merge keys"),
    ],
)
def test_what_is_wrong_with_a_form_is_said(wrong: str, fault: str) -> None:
    found = read_template("x.yml", f"{wrong}\nbody:\n  - {{type: input, attributes: {{label: A}}}}")
    assert any(one.startswith(fault) for one in found.faults), found.faults


@pytest.mark.parametrize(
    ("element", "fault"),
    [
        ("{type: input, attributes: {label: A}, validations: true}", "element 1's validations are"),
        ("{type: input, attributes: [A]}", "element 1's attributes are no names and values"),
        ("{type: [textarea], attributes: {label: A}}", "element 1 has the type “"),
        ("{type: wish, attributes: {label: A}}", "element 1 has the type “wish”"),
        ("{type: dropdown, attributes: {label: A}}", "element 1 has no options"),
        (
            "{type: dropdown, attributes: {label: A, options: [a], default: 1}}",
            "element 1's default",
        ),
        (
            "{type: checkboxes, attributes: {label: A, options: 3}}",
            "element 1's options is no list",
        ),
        (
            "{type: input, attributes: {label: A}, validations: {required: maybe}}",
            "element 1's req",
        ),
        ("{type: input, attributes: {}}", "element 1 has no label"),
        ("17", "element 1 is no element"),
    ],
)
def test_a_wrong_element_is_said_and_the_others_are_asked_for(element: str, fault: str) -> None:
    more = "  - {type: input, attributes: {label: Another}}"
    found = read_template("x.yml", f"body:\n  - {element}\n{more}")
    assert "Another" in [one.label for one in found.parts]
    assert any(one.startswith(fault) for one in found.faults), found.faults


_ODD: tuple[Any, ...] = (None, True, 3, -1, 1.5, "", "x", [], ["a"], {}, {"a": 1}, [[]], 10**40)


def _spots(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inside: Iterable[tuple[Any, Any]] = ()
    if isinstance(value, dict | list):
        inside = value.items() if isinstance(value, dict) else enumerate(value)
    return [path, *(spot for key, one in inside for spot in _spots(one, (*path, key)))]


@given(seed=st.integers(0, 2**32), many=st.integers(1, 4))
def test_a_form_with_anything_wrong_in_it_is_still_a_form(seed: int, many: int) -> None:
    random, form = Random(seed), json.loads(json.dumps(read_yaml(FORM), default=str))
    for _ in range(many):
        *way, last = random.choice([spot for spot in _spots(form) if spot])
        inside = form
        for key in way:
            inside = inside[key]
        inside[last] = deepcopy(random.choice(_ODD))
    found = read_template("x.yml", json.dumps(form))
    assert found.parts
    assert Template.from_json(found.as_json()) == found
    told = told_in([("Uma", "Prison visits fails in staging.")], "Uma", ["Prison visits"])
    pairs = [(part, value_for(part, told)) for part in found.parts]
    assert body_of(pairs, asked_by="Uma", raised_by="Ben", link="")


@pytest.mark.parametrize(
    ("label", "role"),
    [
        ("Service name", "service"),
        ("Service environment", "environment"),
        ("Impact on the service", "impact"),
        ("Which environment?", "environment"),
        ("Affected service(s)", "service"),
        ("Namespace", "service"),
        ("What have you tried?", "tried"),
        ("Steps tried so far", "tried"),
        ("How many users are affected?", "impact"),
        ("Your name", "who"),
        ("Which country?", ""),
        ("What are you trying to do?", ""),
        ("Terms of service", ""),
        ("Service desk ticket", ""),
        ("Emergency contact of the team", ""),
        ("Describe what happens when the service fails", ""),
        ("Cluster", "environment"),
        ("Environment (Dev/Staging/Prod)", "environment"),
        ("Affected environments [dev, prod]", "environment"),
        ("Service (if applicable)", "service"),
        ("Terms of service (tick)", ""),
        ("Industry", ""),
        ("", ""),
    ],
)
def test_a_heading_is_understood_as_a_whole(label: str, role: str) -> None:
    assert role_of(label) == role


def test_a_support_request_by_three_headings_is_filled_in_rightly() -> None:
    text = """## Service name
## Service environment
- [ ] Dev / Development
- [ ] Staging
- [ ] Prod / Production
- [ ] Other
## Impact on the service
"""
    said = [("Uma", "Hi team :wave: Prison visits can't start in staging.")]
    told = told_in(said, "Uma", ["Prison visits"])
    filled = [value_for(part, told) for part in read_template("x.md", text).parts[:3]]
    boxes = ["- [ ] Dev / Development", "- [x] Staging", "- [ ] Prod / Production", "- [ ] Other"]
    assert filled == [
        "Prison visits",
        "\n".join(boxes),
        "Hi team :wave: Prison visits can't start in staging.",
    ]


def test_boxes_for_environments_are_ticked_by_what_was_said_and_others_by_nobody() -> None:
    text = """body:
- type: checkboxes
  attributes:
    label: Environments
    options: [{label: Development}, {label: Pre-production}, {label: Production (live)}]
- type: checkboxes
  attributes: {label: Before, options: [{label: I searched for production}]}
"""
    told = told_in([("Uma", "It fails on live")], "Uma", [])
    where, before = read_template("x.yml", text).parts[:2]
    assert value_for(where, told) == ("Production (live)",)
    assert value_for(before, told) == ()


@pytest.mark.parametrize(
    ("title", "start"),
    [
        ("FIREBREAK:", "FIREBREAK: "),
        ("[help] ", "[help] "),
        ("[Bug]: [short description]", "[Bug]: "),
        ("Update/Add [tool name]", "Update/Add "),
        ("<title>", ""),
        ("(Set a clear title that says what it is about)", ""),
        ("[BUG] ...", "[BUG] "),
        ("feat: {{ title }}", "feat: "),
        ("feat(support): ", "feat(support): "),
        ("Support request (name): ", "Support request (name): "),
        ("[Name]: ", "[Name]: "),
        (": <title>", ""),
        ("{" * 100_000, ""),
        ("", ""),
    ],
)
def test_a_title_begins_with_words_and_no_placeholder(title: str, start: str) -> None:
    assert title_start(title) == start


def parse(body: str, form: Sequence[FormField]) -> dict[str, Any]:
    """Read an issue as tools do that read forms: by the headings, whatever the form is made of."""
    found: dict[str, Any] = {}
    labels = "|".join(re.escape(one.label) for one in form)
    pieces = re.split(rf"(?:\A|\n\n)### ({labels})\n\n", body)
    kinds = {one.label: one for one in form}
    for label, text in zip(pieces[1::2], pieces[2::2], strict=True):
        part = kinds[label]
        if part.boxes:
            rows = re.findall(r"^- \[( |X)\] (.*)$", text, re.MULTILINE)
            found[label] = [name for mark, name in rows if mark == "X"]
            assert [name for _, name in rows] == list(part.options)
        elif text == "_No response_":
            found[label] = [] if part.kind == "choices" else ""
        elif part.kind == "choices":
            found[label] = text.split(", ")
        elif part.render:
            fenced = re.fullmatch(rf"(`{{3,}}){part.render}\n(.*)\n\1", text, re.DOTALL)
            assert fenced is not None
            assert fenced[1] not in fenced[2]
            found[label] = fenced[2]
        else:
            found[label] = text
    return found


_WORDS = st.text("abc `#~*-_\n[]Xé&@<", max_size=60).filter(
    lambda text: "### " not in text and text.strip() != "_No response_"
)


@example(name="", log="```", where="", sees=set(), boxes=set())
@example(name="", log="~~~~ a\n```", where="", sees=set(), boxes=set())
@given(
    name=_WORDS,
    log=_WORDS,
    where=st.sampled_from(["", "dev", "prod"]),
    sees=st.sets(st.sampled_from(["Staff", "The public"])),
    boxes=st.sets(st.sampled_from(["I searched, and found nothing", "I would help"])),
)
def test_what_reads_issue_forms_reads_what_was_filled_in(
    name: str, log: str, where: str, sees: set[str], boxes: set[str]
) -> None:
    form = read_template("new.yml", FORM).parts
    several = {"Who sees it?": sees, "Before": boxes}
    given = {
        "Application name": name,
        "Service environment": where,
        "What happens?": log,
        "Log output": log,
        "A screenshot": "",
    } | {
        label: tuple(one for one in part.options if one in several[label])
        for part in form
        if (label := part.label) in several
    }
    pairs = [(part, given[part.label]) for part in form]
    body = body_of(pairs, asked_by="Uma", raised_by="Ben", link="https://desk.example.org/t/1")
    assert body.startswith("Asked by Uma, raised by Ben. The conversation: https://desk")
    said = parse(body, form)
    added = said["What happens?"].removeprefix(log.strip())  # What ends a fence that is open.
    assert not added or re.fullmatch(r"\n(`{3,}|~{3,})", added)
    assert added.strip() in log
    assert said | {"What happens?": ""} == {
        "Application name": name.strip(),
        "Service environment": where,
        "Who sees it?": list(given["Who sees it?"]),
        "What happens?": "",
        "Log output": log.strip("\n") if log.strip() else "",
        "Before": list(given["Before"]),
        "A screenshot": "",
    }


@pytest.mark.parametrize("code", ["```kubectl get pods```", "``` a ``` so", "~~~ ok\nx\n~~~"])
def test_code_on_one_line_holds_nothing_of_what_comes_after_it(code: str) -> None:
    said = (f"It says\n{code}", "# so\nMore")
    told = zip((FormField("a", "What"), FormField("b", "And")), said, strict=True)
    body = body_of(told, asked_by="Uma", raised_by="Uma", link="")
    assert sections_of(body)[1:] == [("What", said[0]), ("And", said[1])]
