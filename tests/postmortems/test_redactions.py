"""What is not for everybody is found before a postmortem is published."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dutydesk.postmortems.rules.redactions import Internal, findings, redact
from dutydesk.postmortems.rules.secrets import SECRETS

INTERNAL = Internal(
    {"Ada Lovelace": "the lead", "Ada": "the lead", "Ben": "an engineer"}, ("corp.example",)
)
KEY = "-----BEGIN RSA PRIVATE KEY-----\nMIIEow\n-----END RSA PRIVATE KEY-----"
HOLDS = {
    "private key": (f"It was {KEY}, there", "It was [secret], there"),
    "AWS access key": ("AKIAIOSFODNN7EXAMPLE leaked", "[secret] leaked"),
    "GitHub token": (f"with ghp_{'a1B2' * 9}.", "with [secret]."),
    "GitLab token": (f"glpat-{'x' * 20}", "[secret]"),
    "Slack token": ("xoxb-12345678901-abcdef", "[secret]"),
    "Slack webhook": ("to https://hooks.slack.com/services/T0/B0/abc123", "to [secret]"),
    "Google API key": (f"AIza{'b' * 35}", "[secret]"),
    "payment key": (f"sk_live_{'9' * 20}", "[secret]"),
    "JSON web token": ("eyJhbGciOiJI.eyJzdWIiOiIx.SflKxwRJSM", "[secret]"),
    "password in an address": (
        "postgres://desk:hunter2@db/x",
        "postgres://desk:[secret]@db/x",
    ),
    "authorization header": (
        "Authorization: Bearer abcdef0123456789",
        "Authorization: Bearer [secret]",
    ),
    "password or token": ("password: hunter22 and on", "password: [secret] and on"),
    "e-mail address": ("Ask ops+x@other.example.org!", "Ask [address]!"),
    "internal host": (
        "On db-1.live.corp.example: corp.example.org",
        "On [internal host]: corp.example.org",
    ),
    "IP address": ("From 10.1.2.3 at 11:30 to fe80::1, v1.2.3", "From [address] at 11:30 to "
                   "[address], v1.2.3"),
    "name": (
        "Ada Lovelace saw it. @Ben looked, and Ada too; Adam and Benedict did not.",
        "The lead saw it. An engineer looked, and the lead too; Adam and Benedict did not.",
    ),
}  # fmt: skip


@pytest.mark.clause("postmortem.publish")
@pytest.mark.parametrize("kind", HOLDS)
def test_each_kind_is_found_and_replaced(kind: str) -> None:
    text, shown = HOLDS[kind]
    assert kind in {one.kind for one in findings([text], INTERNAL)}
    assert redact(text, INTERNAL, ()) == shown


def test_every_form_of_the_table_has_its_example() -> None:
    assert {form.name for form in SECRETS} <= set(HOLDS)


@pytest.mark.clause("postmortem.publish")
def test_what_is_kept_stands_and_only_that() -> None:
    text = "Ben looked at 10.0.0.1"
    [address, name] = sorted(findings([text, text], INTERNAL), key=lambda one: one.kind)
    assert redact(text, INTERNAL, [address.mark]) == "An engineer looked at 10.0.0.1"
    assert redact(text, INTERNAL, [name.mark]) == "Ben looked at [address]"


def test_ordinary_words_are_left_alone() -> None:
    text = (
        "The token expired at 10:30, the password was reset; version 1.2.3 of key management "
        "was deployed to https://example.org/path?x=1 and the secret rotation took 5 minutes."
    )
    assert findings([text], INTERNAL) == []


@given(st.text(st.sampled_from("Ada Ben@.:/-_pasword=1x\n"), max_size=80))
def test_nothing_that_was_found_is_left_once_it_is_replaced(text: str) -> None:
    shown = redact(text, INTERNAL, ())
    for one in findings([text], INTERNAL):
        if one.kind == "name":
            assert one.found not in [each.found for each in findings([shown], INTERNAL)]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("10.1.2.3:5432, http://10.0.0.1:80/", "[address]:5432, http://[address]:80/"),
        ("ip:10.1.2.3 and FE80::1", "ip:[address] and [address]"),
        ("pg_main.corp.example", "[internal host]"),
        ("ada  lovelace, ADA\nLOVELACE", "The lead, the lead"),
        ("Then V\u0131m Berg looked", "Then somebody looked"),
        (
            "-----BEGIN PGP PRIVATE KEY BLOCK-----\nx\n-----END PGP PRIVATE KEY BLOCK-----",
            "[secret]",
        ),
    ],
)
def test_what_is_written_otherwise_is_found_too(text: str, shown: str) -> None:
    here = Internal({**INTERNAL.people, "Vim Berg": "a user"}, INTERNAL.domains)
    assert redact(text, here, ()) == shown
