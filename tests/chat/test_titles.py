"""Titles are plain words, whatever marks somebody put around theirs."""

import pytest

from dutydesk.chat.rules import plain, title_of


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("How do I add a `namespace`?", "How do I add a namespace?"),
        ("``a `tick` in code``", "a `tick` in code"),
        ("The **login** fails, _again_", "The login fails, again"),
        ("*Bold*, ~gone~ and ~~gone too~~", "Bold, gone and gone too"),
        ("# A heading", "A heading"),
        ("> said before", "said before"),
        ("- first of all", "first of all"),
        ("See [the guide](https://guide.example/a) please", "See the guide please"),
        ("See <https://guide.example/a|the guide>", "See the guide"),
        ("See <https://guide.example/a>", "See https://guide.example/a"),
        ("`a_b` and `**kwargs` stay as code has them", "a_b and **kwargs stay as code has them"),
        ("snake_case_name and 2 * 3 * 4", "snake_case_name and 2 * 3 * 4"),
        ("__init__.py and *.tf are files", "__init__.py and *.tf are files"),
        ("It costs < 5 and > 3", "It costs < 5 and > 3"),
        ("#ask-cloud-platform is quiet", "#ask-cloud-platform is quiet"),
    ],
)
def test_marks_go_and_words_stay(line: str, words: str) -> None:
    assert plain(line) == words


def test_a_title_is_the_first_line_with_words() -> None:
    text = "Hello all,\n```yaml\nkind: Pod\n```"
    assert title_of(text, 90) == "kind: Pod"
    assert title_of("```\n```", 90) == ""
    assert title_of("Hi team, how do I use `kubectl`?", 90) == "How do I use kubectl?"
    assert title_of("`kubectl get pods` hangs for minutes", 12) == "kubectl get…"


def test_a_greeting_stands_at_the_beginning() -> None:
    assert title_of("Who looks after Delhi, Mumbai?", 90) == "Who looks after Delhi, Mumbai?"


@pytest.mark.parametrize("odd", ["*a ", "_a", "`", "[a](", "<a|", "~~~ ", "> "])
def test_a_line_made_to_be_slow_is_read_at_once(odd: str) -> None:
    assert len(title_of(odd * 20_000, 100)) <= 101
