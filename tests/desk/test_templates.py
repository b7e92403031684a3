"""The tracker's templates are read, whatever is in them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dutydesk.desk.rules.issue_bodies import body_of, sections_of
from dutydesk.desk.rules.templates import read_template
from dutydesk.desk.rules.tickets import BUILT_IN, FormField, Template, told_in

MARKDOWN = """---
name: Help
title: "Help: "
labels: support team, triage
---
## What happens
<!-- In your own words -->

**Environment**

live

### What have you tried?
"""


@pytest.mark.clause("ask.ticket")
def test_a_markdown_template_asks_for_a_text_under_each_heading() -> None:
    found = read_template("help.md", MARKDOWN)
    assert (found.title, found.labels) == ("Help: ", ("support team", "triage"))
    assert [(one.label, one.hint, one.value, one.role) for one in found.parts] == [
        ("What happens", "In your own words", "", "conversation"),
        ("Environment", "", "live", "environment"),
        ("What have you tried?", "", "", "tried"),
    ]
    assert Template.from_json(found.as_json()) == found


@pytest.mark.parametrize(
    "text", ["", "body: 3", "- a", "body: [1, {type: input}]", "\t: {", "a: b: c", "[" * 5000]
)
def test_a_template_that_is_none_gives_the_built_in_form(text: str) -> None:
    found = read_template("help.yml", text)
    assert found.parts[0].kind in ("text", "long")
    if "input" not in text:
        assert found.parts == BUILT_IN.parts


@given(st.text(max_size=300))
def test_no_text_is_too_strange_for_a_template(text: str) -> None:
    for name in ("x.yml", "x.md"):
        assert read_template(name, text).parts


def test_what_a_comment_or_a_block_of_code_holds_is_no_heading() -> None:
    text = """\ufeff---
title: "Help: "
---
## Logs ##
```bash
# paste them here
```
**Impact**:
<!-- such as
## Nobody can log in
-->
~~~
<!--
~~~
## Why <!-- now -->
## Last <!-- is never closed
"""
    found = read_template("help.md", text)
    assert [one.label for one in found.parts] == [
        "Logs",
        "Impact",
        "Why <!-- now -->",
        "Last <!-- is never closed",
    ]
    assert found.parts[0].value == "```bash\n# paste them here\n```"
    assert found.parts[1].hint == "such as ## Nobody can log in"
    assert found.title == "Help: "


def test_what_a_thread_says_is_found_in_it() -> None:
    posts = [
        ("Uma", "Visits API can\N{RIGHT SINGLE QUOTATION MARK}t start in pre-production. Help!"),
        ("Ben", "I tried it on live."),
        ("Uma", "We've restarted it twice."),
    ]
    told = told_in(posts, "Uma", ["Visits", "Visits API", "API"])
    assert told["service"] == "Visits API"
    assert told["environment"] == "pre-production"
    assert told["impact"] == "Visits API can't start in pre-production."
    assert told["tried"] == "We've restarted it twice."


@pytest.mark.parametrize(
    ("text", "service"),
    [
        ("The namespace prison-visits-prod is full", "Prison visits"),
        ("Is PRISON_VISITS known to be slow?", "Prison visits"),
        ("prison visits: deploys fail", "Prison visits"),
        ("prison-visits-api is another service", ""),
        ("my-prison-visits too", ""),
        ("We have no visits", ""),
    ],
)
def test_a_service_is_found_however_its_name_is_written(text: str, service: str) -> None:
    assert told_in([("Uma", text)], "Uma", ["Prison visits"])["service"] == service


def test_a_tickets_text_is_shown_by_its_headings() -> None:
    said = [("What", "It # fails.\n\n#5 too"), ("Where", ""), ("How", "So\n# a comment")]
    pairs = [(FormField("p", label), text) for label, text in said]
    body = body_of(pairs, asked_by="Uma", raised_by="Ben", link="")
    assert sections_of(body) == [
        ("", "Asked by Uma, raised by Ben."),
        ("What", "It # fails.\n\n#5 too"),
        ("How", "So\n# a comment"),
    ]
    assert sections_of("## Log\n\n```\n# no heading\n```\n# One") == [
        ("Log", "```\n# no heading\n```"),
        ("One", ""),
    ]
    assert sections_of("Hello\n## There\n\nwe are") == [("", "Hello"), ("There", "we are")]
    assert sections_of("") == []
