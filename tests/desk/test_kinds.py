"""Spellings of one kind, taken as one by a rule that can be told."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dutydesk.desk.rules.kinds import kinds, respelt


@pytest.mark.parametrize(
    ("spelling", "kind"),
    [
        ("github - ADD user to org", "GitHub - add user to org"),
        ("GitHub \N{EN DASH} add user  to org.", "GitHub - add user to org"),
        ("GitHub_add_user_to_org", "GitHub - add user to org"),
        ("GitHub - add users to orgs", "GitHub - add user to org"),
        ("Git Hub: add user to org", "GitHub - add user to org"),
        ("Certficate", "Certificate"),
        ("Certificaet", "Certificate"),
        ("Certificatte", "Certificate"),
        ("Certifikate", "Certificate"),
        ("certificates", "Certificate"),
        ("Policies", "Policy"),
        ("Mailboxes", "Mailbox"),
    ],
)
def test_spellings_of_one_kind_are_one(spelling: str, kind: str) -> None:
    assert kinds({kind: 9, spelling: 4}) == {kind: kind, spelling: kind}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("GitHub - add user to org", "GitHub - add user back to org"),
        ("GitHub - add external collaborator", "GitHub - remove external collaborator"),
        ("1Password - add user", "1Password - add vault"),
        ("archive repo", "unarchive repo"),
        ("import database", "export database"),
        ("remote access", "demote access"),
        ("cluster01 down", "cluster02 down"),
        ("EKS", "ECS"),
        ("Access", "Acces s1"),
        ("Certificate", "Certifikat"),
        ("#", "!"),
    ],
)
def test_different_kinds_stay_apart(one: str, other: str) -> None:
    assert kinds({one: 9, other: 4}) == {one: one, other: other}


def test_the_most_frequent_spelling_of_a_word_over_all_kinds_is_the_right_one() -> None:
    counts = {
        "General infomation/help": 67,
        "General information/help": 39,
        "GitHub - information/help": 227,
    }
    assert kinds(counts)["General infomation/help"] == "General information/help"
    (one,) = respelt(counts)
    assert (one.count, one.why) == (67, "infomation for information")


def test_no_chain_of_edits_joins_two_words() -> None:
    counts = {"staging": 9, "staking": 8, "staring": 7, "starring": 6}
    assert set(kinds(counts).values()) == {"staging", "starring"}
    assert kinds(counts)["staring"] == "staging"


def test_why_a_spelling_counts_as_another_is_told() -> None:
    counts = {"Add user": 9, "add_user": 3, "add users": 2, "adduser": 1}
    assert {one.spelling: one.why for one in respelt(counts)} == {
        "add_user": "case, spaces or punctuation",
        "add users": "a plural",
        "adduser": "spaces",
    }


words = st.text(alphabet="abCs1 -_/é", min_size=1, max_size=9)
near = st.sampled_from(
    ["information", "infomation", "informations", "imformation", "Information", "inforation"]
)
spelt = st.one_of(words, near, st.tuples(near, words).map(" ".join))
counted = st.dictionaries(spelt, st.integers(1, 50), max_size=12)


@given(counted)
def test_merging_again_merges_nothing(counts: dict[str, int]) -> None:
    merged = kinds(counts)
    used: Counter[str] = Counter()
    for spelling, kind in merged.items():
        used[kind] += counts[spelling]
    assert kinds(used) == {kind: kind for kind in used}


@given(counted, st.randoms(use_true_random=False))
def test_the_order_of_spellings_changes_nothing(counts: dict[str, int], chance: object) -> None:
    items = list(counts.items())
    chance.shuffle(items)  # type: ignore[attr-defined]  # a random.Random
    assert kinds(dict(items)) == kinds(counts)


@given(counted)
def test_every_spelling_counts_as_one_that_somebody_used_and_once(counts: dict[str, int]) -> None:
    merged = kinds(counts)
    assert merged.keys() == counts.keys()
    assert set(merged.values()) <= counts.keys()
    assert all(merged[kind] == kind for kind in merged.values())
