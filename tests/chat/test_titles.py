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


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("Hi team :wave: Prison visits can't start", "Prison visits can't start"),
        ("Hi team! :wave: :tada: the build fails", "The build fails"),
        ("Hello \N{WAVING HAND SIGN} is ECR down?", "Is ECR down?"),
        (":wave: hi all, is ECR down?", "Is ECR down?"),
        ("Hi Ada, my deploy fails", "My deploy fails"),
        ("Hi Ada,\nmy deploy fails", "my deploy fails"),
        ("Hello World", "Hello World"),
        (":fire: The login fails", ":fire: The login fails"),
        ("Hi all - quick question\nHow do I rotate keys?", "How do I rotate keys?"),
        ("I've got one question for you:\n```kubectl```\nWhy?", "Why?"),
        ("Hi, quick question", "Quick question"),
        ("Hi, quick one\nWhy?", "Why?"),
        ("One?\nTwo?", "One?"),
        ("Hiya, hope you're well. Deploys fail", "Deploys fail"),
        ("Hi team, hope everyone had a good weekend :sun:\nIt fails", "It fails"),
        ("Hope is well placed", "Hope is well placed"),
        ("Hi,\n\nI hope you're well.\n\nCan we get a bucket?", "Can we get a bucket?"),
        ("Hello :sunny:\n:wave:\nWe need a bucket", "We need a bucket"),
        (":fire:", ":fire:"),
        ("```\npanic: nil map\n```\nWhat does this mean?", "What does this mean?"),
        ("```panic: nil map```\nWhat does this mean?", "What does this mean?"),
        ("```panic: nil map\ngoroutine 1```\nWhat does this mean?", "What does this mean?"),
        ("```panic: nil map\ngoroutine 1```", "panic: nil map"),
        ("`kubectl get pods`\nhangs for minutes", "hangs for minutes"),
        ("`kubectl get pods`", "kubectl get pods"),
        ("> try it again\nI did, it fails", "I did, it fails"),
        ("https://build.example/jobs/1\nWhy is this red?", "Why is this red?"),
        ("Hi all,\n<https://build.example/jobs/1>\nWhy is this red?", "Why is this red?"),
        ("https://build.example/jobs/1", "https://build.example/jobs/1"),
        ("> only this", "only this"),
        ("Morning Ada :coffee: my deploy fails", "My deploy fails"),
        ("[trace.txt: https://x.slack.com/files/trace.txt]\n[a file: in Slack]", "trace.txt"),
        ("[trace.txt: in Slack]\nWhat is this?", "What is this?"),
        ("Hi\n```yaml\nkind: Pod\n```", "kind: Pod"),
    ],
)
def test_a_title_is_the_first_line_that_says_something_of_its_writers_own(
    text: str, title: str
) -> None:
    assert title_of(text, 90) == title


def test_a_greeting_stands_at_the_beginning() -> None:
    assert title_of("Who looks after Delhi, Mumbai?", 90) == "Who looks after Delhi, Mumbai?"


@pytest.mark.parametrize("odd", ["*a ", "_a", "`", "[a](", "<a|", "~~~ ", "> "])
def test_a_line_made_to_be_slow_is_read_at_once(odd: str) -> None:
    assert len(title_of(odd * 20_000, 100)) <= 101
