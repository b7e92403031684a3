"""What people write is shown as they wrote it, and nothing in it becomes a part of the page."""

import pytest

from dutydesk.web.templatetags.prose import said


def inner(text: str) -> str:
    shown = said(text)
    assert shown.startswith('<div class="said">')
    return shown.removeprefix('<div class="said">').removesuffix("</div>")


def test_a_fenced_block_is_code_and_keeps_every_space() -> None:
    shown = inner("I tried:\n```sh\nkubectl get pods\n    -o yaml\n```\nNo luck")
    code = "<code>kubectl get pods\n    -o yaml</code>"
    assert shown == f'I tried:<pre class="code" tabindex="0">{code}</pre>No luck'


def test_words_between_back_ticks_are_code() -> None:
    assert inner("Run `ls -la` there") == "Run <code>ls -la</code> there"
    assert "<code>a b</code>" in inner("```a b```")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("```kind: Pod\n  spec:```", "kind: Pod\n  spec:"),
        ("It says ```kind: Pod\n  spec:\n``` now", "kind: Pod\n  spec:"),
        ("```kubectl get pods\n```", "kubectl get pods"),
        ("```yaml\na: b``` is\n```\nb\n```", "yaml\na: b"),
    ],
)
def test_no_line_of_code_is_lost_where_marks_stand_on_it(text: str, code: str) -> None:
    assert f'<pre class="code" tabindex="0"><code>{code}</code></pre>' in inner(text)


@pytest.mark.parametrize("text", ["a ` b", "```\nnever closed", "``", "two\n\nlines  apart"])
def test_what_is_no_code_stays_as_it_was_written(text: str) -> None:
    assert inner(text) == text


@pytest.mark.parametrize("around", ["{}", "`{}`", "```\n{}\n```", "see https://example.org/{}"])
def test_nothing_that_is_written_becomes_a_mark(around: str) -> None:
    shown = inner(around.format("<script>alert(1)</script>\"'&"))
    assert "<script" not in shown
    assert "&lt;script&gt;" in shown or "%3Cscript" in shown


def test_an_address_is_a_link_but_not_in_code() -> None:
    assert '<a href="https://example.org/a" rel="nofollow">' in inner("See https://example.org/a")
    assert "<a " not in inner("`https://example.org/a`")
