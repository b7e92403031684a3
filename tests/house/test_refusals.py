"""Every kind of “no” is said by some test, and says why and what to do in whole sentences."""

import ast
import re
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction
from pytest_django import DjangoDbBlocker

import dutydesk
from dutydesk.alarms.rules.silence_matchers import read_matchers
from dutydesk.desk.flows import tracker_inbound
from dutydesk.incidents.flows import declaration
from dutydesk.kernel.actions import ActionRequest
from dutydesk.kernel.forms import Field, Form
from dutydesk.kernel.refusals import Refused
from dutydesk.oncall.flows import contact_methods, page_calls, pager_inbound
from dutydesk.people.flows import accounts, identities
from dutydesk.people.models import Account
from dutydesk.process.flows import process
from dutydesk.process.models import ProcessVersion
from dutydesk.process.rules.yaml_text import read_yaml
from dutydesk.rota.rules import typed
from dutydesk.site import serve
from testing.office import Office
from testing.one_office import shared_office
from testing.slack import UNA, slack_of, workspace
from testing.world import number

SOURCES, TESTS = Path(dutydesk.__file__).parent, Path(__file__).parents[1]
_RAISES = re.compile(r"raises\(([^)]*)")


def _no_process(office: Office) -> None:
    ProcessVersion.objects.all().delete()
    process.in_force()


def _declaration(office: Office) -> None:
    source, by, at = office.about["question"], office.world.person("Ada"), office.world.at
    what = declaration.Declaration("Down", (), (), user_impact=False, source=source)
    declaration.declare(what=what, by=by, at=at)
    declaration.declare(what=replace(what, title="Down again"), by=by, at=at)


def _not_my_page(office: Office) -> None:
    about = office.about["page held"]
    office.world.press("Ben", "page.snooze", about, until="2026-11-24T20:45")


def _too_far(office: Office) -> None:
    about = office.about["page held"]
    office.world.press("Ada", "page.snooze", about, until="2026-11-25T20:45")


def _contact_method_of_somebody_else(office: Office) -> None:
    method = contact_methods.add(
        engineer=number("Ben"),
        name="Phone",
        address="json://127.0.0.1:9/x",
        delay=0,
        at=office.world.at,
        by="Ben",
    )
    contact_methods.remove(method=method.pk, engineer=number("Ada"), at=office.world.at, by="Ada")


def _nobody_takes_a_turn(office: Office) -> None:
    typed.places("-", {"Ada": 1})


def _two_desks(office: Office) -> None:
    with (
        TemporaryDirectory() as folder,
        serve.only_one(Path(folder)),
        serve.only_one(Path(folder)),
    ):
        pass


def _expired(office: Office) -> None:
    token = identities.connect_token(outside="slack:T1:U1", at=office.world.at)
    identities.to_connect(token=token, at=office.world.at + timedelta(hours=1))


def _connected_with_another(office: Office) -> None:
    at, mine = office.world.at, Account.objects.get(name="Vic").pk
    identities.recognise(outside="slack:T1:U1", name="Uma", email="uma@example.org", at=at)
    token = identities.connect_token(outside="slack:T1:U1", at=at)
    identities.connect(token=token, account=mine, at=at)


def _nobody_we_know(office: Office) -> None:
    with closing(workspace()) as there:
        slack_of(office.world, there).acting._person(UNA, office.world.at)


def _nothing_that_is_there(office: Office) -> None:
    press = ActionRequest(
        "question:0", office.world.person("Ada"), office.world.at, ZoneInfo("UTC")
    )
    with closing(workspace()) as there:
        slack_of(office.world, there).acting._carried_out("question.take", press)


def _account_of(name: str) -> int:
    return Account.objects.get(name=name).pk


def _back_by_their_account(office: Office) -> None:
    accounts.reopen(account=_account_of("Cy"), by=None, at=office.world.at)


def _shut_administrator(office: Office) -> None:
    accounts.make_administrator(account=_account_of("Cy"), by=None, at=office.world.at)


def _administrator_without_password(office: Office) -> None:
    accounts.make_administrator(account=_account_of("Vic"), by=None, at=office.world.at)


def _nobody_waits(office: Office) -> None:
    accounts.join_engineer(account=_account_of("Vic"), by=None, at=office.world.at)


def _no_account(office: Office) -> None:
    accounts.close(account=0, by=None, at=office.world.at)


def _last_administrator(office: Office) -> None:
    Account.objects.exclude(name="Max").update(is_administrator=False)
    accounts.end_administrator(account=_account_of("Max"), by=None, at=office.world.at)


def _no_time(_office: Office) -> None:
    form = Form("Form", "Send", (Field("until", "Until", "time"), Field("why", "Why?")))
    form.read({"until": "soon"}, ZoneInfo("UTC"))


def _not_set_up(office: Office) -> None:
    pager_inbound.hear_post(body=b"{}", headers={}, at=office.world.at)


def _not_set_up_either(office: Office) -> None:
    tracker_inbound.hear_post(body=b"{}", headers={}, at=office.world.at)


CASES: dict[str, tuple[str, Callable[[Office], object]]] = {
    "no process": ("NoProcess", _no_process),
    "an incident that was declared from the same before": ("DeclarationRefused", _declaration),
    "somebody else's page": ("SnoozeRefused", _not_my_page),
    "a page put off for a day": ("SnoozeRefused", _too_far),
    "a link that nobody signed": ("BadLink", lambda _: page_calls.answered_by_link(token="x")),
    "somebody else's contact method": ("ContactMethodRefused", _contact_method_of_somebody_else),
    "a test's link that nobody signed": ("WrongCode", lambda _: contact_methods.opened(token="x")),
    "a time that is none": ("TypedRefused", lambda _: typed.moment("soon", ZoneInfo("UTC"))),
    "a rota of nobody": ("TypedRefused", _nobody_takes_a_turn),
    "a folder that another desk has": ("CannotServe", _two_desks),
    "a link that expired": ("ConnectGone", _expired),
    "somebody who is connected": ("SomebodyElses", _connected_with_another),
    "who left, by their account alone": ("AccountRefused", _back_by_their_account),
    "an administrator whose account is shut": ("AccountRefused", _shut_administrator),
    "an administrator without a password": ("AccountRefused", _administrator_without_password),
    "an engineer whom nobody waits for": ("AccountRefused", _nobody_waits),
    "an account that isn't there": ("AccountRefused", _no_account),
    "the only administrator": ("LastAdministrator", _last_administrator),
    "an answer that is no time": ("FormRefused", _no_time),
    "a document that ends too early": ("NotYaml", lambda _: read_yaml("a: [1")),
    "a document that is too deep": ("NotYaml", lambda _: read_yaml("[" * 1_000)),
    "a document with a character that isn't one": ("NotYaml", lambda _: read_yaml("a: \x00")),
    "PagerDuty, not set up": ("NobodyListens", _not_set_up),
    "GitHub, not set up": ("NobodyListens", _not_set_up_either),
    "somebody in Slack whom nobody knows": ("Stranger", _nobody_we_know),
    "a button about what is gone": ("Gone", _nothing_that_is_there),
    "a pattern that is none": ("NotAPattern", lambda _: read_matchers(("host=~(",))),
}


@pytest.fixture(scope="module")
def _one_office(
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Office]:
    folder = tmp_path_factory.mktemp("office")
    with django_db_blocker.unblock(), shared_office(folder) as office:
        yield office


@pytest.fixture
def office(_one_office: Office, db: None) -> Office:
    return _one_office


def refusals() -> set[str]:
    """Name every class of refusal in the sources, whatever it is derived from on the way."""
    bases: dict[str, set[str]] = {}
    for file in SOURCES.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.ClassDef):
                bases[node.name] = {ast.unparse(base).rpartition(".")[2] for base in node.bases}
    found, before = {"Refused"}, set[str]()
    while found != before:
        before, found = found, found | {name for name, of in bases.items() if of & found}
    return found - {"Refused"}


def expected_somewhere() -> set[str]:
    """Name what some test expects to be raised."""
    files = [file for file in TESTS.rglob("test_*.py") if file != Path(__file__)]
    named = {name for file in files for name in _RAISES.findall(file.read_text())}
    return {word for text in named for word in re.findall(r"\w+", text)}


def test_every_kind_of_refusal_is_said_by_some_test() -> None:
    said = {name for name, _ in CASES.values()}
    assert refusals() - expected_somewhere() - said == set()
    assert said <= refusals(), "nothing here is about what is no more"


def whole(refusal: Refused) -> None:
    """Hold that both parts are sentences; one may end with an address to open."""
    for sentence in (refusal.reason, refusal.remedy):
        assert sentence == sentence.strip() != ""
        assert sentence.endswith(".") or "https://" in sentence, sentence
        assert sentence[0] in "“" or sentence[0].isupper(), sentence


@pytest.mark.parametrize("case", CASES)
def test_it_says_why_and_what_to_do(office: Office, case: str) -> None:
    kind, refused = CASES[case]
    with pytest.raises(Refused) as told, transaction.atomic():
        refused(office)
    assert type(told.value).__name__ == kind
    whole(told.value)
