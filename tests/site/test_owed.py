"""Owed answers: what is owed, by whom, by when and what is to be done about it? And is it kept?"""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

import dutydesk
from dutydesk.commitments.flows import commitments, outcomes
from dutydesk.commitments.models import Commitment
from dutydesk.commitments.rules import WEEKS, Promise
from dutydesk.desk.rules.promises import ANSWER, QUICK
from dutydesk.incidents.flows import owners
from dutydesk.incidents.models import Incident
from dutydesk.kernel.kinds import PromiseKind
from dutydesk.site.now_cards import TOUCHED
from dutydesk.web.live import _concerns
from testing.screens import seen, visit
from testing.world import Moving, World

pytestmark = pytest.mark.django_db
HOUSE = Path(dutydesk.__file__).parent
LISTS = (
    "/owed/",
    "/mine/",
    "/alarms/",
    "/alarms/silences/",
    "/pages/",
    "/questions/",
    "/services/",
    "/incidents/",
    "/announcements/",
)
HUNDRED_THOUSAND = """
INSERT INTO commitments_commitment
    (kind, subject, owner, text, clause, made_at, due_at, state, settled_at, next_at)
SELECT (ARRAY['question.answer', 'page.work', 'rota.swap'])[1 + mod(n, 3)], 'question:' || n,
    (ARRAY['cover', 'Ada', 'support or on call'])[1 + mod(n, 3)], 'Number ' || n, '', %s,
    %s::timestamptz + n * interval '1 minute', CASE WHEN mod(n, 2) = 0 THEN 'open' ELSE 'kept' END,
    CASE WHEN mod(n, 2) = 1 THEN %s::timestamptz - n * interval '1 hour' END, NULL
FROM generate_series(1, 100000) n
"""


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    world = World(tmp_path, "2026-11-24T11:00")
    monkeypatch.setattr("dutydesk.site.middleware.clock", Moving(world))
    world.shifts(support="Ada", primary="Ben", secondary="Cy")
    return world


def owe(world: World, text: str, owner: str, minutes: int, kind: PromiseKind = ANSWER) -> None:
    commitments.promise(
        kind=kind,
        subject=f"question:{1000 + Commitment.objects.count()}",
        owner=owner,
        text=text,
        times=Promise(world.at + timedelta(minutes=minutes)),
        at=world.at,
    )


def declare(world: World, lead: str) -> Incident:
    world.press(lead, "incident.declare", "new", title="Visits fail", criteria=["outage"])
    incident = Incident.objects.latest("id")
    world.press(lead, "incident.take-lead", incident.about)
    return incident


def in_table(name: str, query: str = "") -> list[str]:
    """Give what stands in the table of all that is owed."""
    page = visit(name).get(f"/owed/{query}").text.partition('id="everybodys"')[2]
    return re.findall(
        r'<th scope="row">\s*<a href="[^"]*">(.*?)</a>', page.partition("</table>")[0]
    )


def test_one_s_own_comes_first_then_what_incidents_promised_then_everything(world: World) -> None:
    owe(world, "Answer Uma", "cover", 5)
    owe(world, "Ben finds a swap", "Ben", 3)
    declare(world, "Cy")
    ben = seen(visit("Ben").get("/owed/"))
    own, _, rest = ben.partition("What incidents promised")
    assert "Yours" in own and "Ben finds a swap" in own and "Answer Uma" not in own
    assert rest.index("The next update about") < rest.index("All that is owed")
    ada = seen(visit("Ada").get("/owed/")).partition("What incidents promised")[0]
    assert "Answer Uma" in ada and "The next update" not in ada
    cy = seen(visit("Cy").get("/owed/")).partition("All that is owed")[0]
    assert "The next update about" in cy.partition("What incidents promised")[0]
    uma = seen(visit("Uma").get("/owed/"))
    assert "Yours" not in uma and "Ben finds a swap" in uma


def test_each_line_leads_to_its_subject_and_to_what_keeps_it(world: World) -> None:
    incident = declare(world, "Cy")
    owe(world, "Answer Uma", "cover", 5)
    page = visit("Cy").get("/owed/").text
    assert f'<a href="/incidents/{incident.pk}">The next update about' in page
    assert f'action="/do/incident.update/incident:{incident.pk}"' in page
    assert "Write the update" in page and "Open it" in page
    assert "Write the update" not in visit("Uma").get("/owed/").text


def test_all_that_is_owed_is_narrowed_by_whose_role_room_kind_and_late(world: World) -> None:
    owe(world, "Answer Uma", "cover", -5)
    owe(world, "Solve it", "Ben", 30, QUICK)
    declare(world, "Cy")
    assert in_table("Ben", "?whose=mine") == ["Solve it"]
    assert in_table("Ben", "?role=cover") == in_table("Uma", "?late=yes") == ["Answer Uma"]
    assert in_table("Ben", "?role=a+person") == ["Solve it"]
    assert in_table("Ben", "?room=desk") == ["Answer Uma", "Solve it"]
    assert in_table("Ben", "?room=desk&sort=-due_at") == ["Solve it", "Answer Uma"]
    assert in_table("Ben", "?kind=question.quick") == ["Solve it"]
    assert "Answer Uma" not in in_table("Ben", "?late=no")
    assert len(in_table("Ben", "?room=incidents")) == 2
    assert "Nothing matches." in seen(visit("Ben").get("/owed/?room=incidents&kind=question.quick"))
    assert in_table("Uma", "?whose=mine") == in_table("Uma"), "whoever owes nothing has no own"


def test_what_became_of_promises_is_counted_by_week_and_kind(world: World) -> None:
    owe(world, "In time", "Ada", 30)
    owe(world, "Too late", "Ada", -30)
    owe(world, "Not at all", "Ben", 30, QUICK)
    owe(world, "No longer", "Ben", 30)
    owe(world, "A machine's", "", 30)
    by_text = {one.text: one.subject for one in Commitment.objects.all()}
    for text in ("In time", "Too late", "A machine's"):
        commitments.keep(kind=ANSWER, subject=by_text[text], at=world.at)
    commitments.miss(kind=QUICK, subject=by_text["Not at all"], at=world.at - timedelta(days=7))
    commitments.withdraw(kind=ANSWER, subject=by_text["No longer"], at=world.at)
    said = seen(visit("Uma").get("/owed/"))
    assert (
        f"Of 3 in the last {WEEKS} weeks, 33% were kept in time; 1 were late, and 1 were missed"
        in said
    )
    assert "Question: answer 1 1 0 50% Question: quick 0 0 1 0%" in said
    assert "23 Nov 1 1 0 50% 16 Nov 0 0 1 0% 9 Nov 0 0 0 none" in said
    assert "0% to 50% a week" in said
    only = seen(visit("Uma").get("/owed/?kind=question.quick"))
    assert "Of 1 in the last" in only and "Question: answer 1" not in only


def test_a_week_is_the_team_s_own(world: World) -> None:
    owe(world, "Just before Monday", "Ada", 30)
    subject = Commitment.objects.get().subject
    commitments.keep(kind=ANSWER, subject=subject, at=world.moment("2026-10-26T00:30"))
    found = outcomes.lately(zone=world.zone, at=world.at)
    assert [f"{week}" for week, one in found.weeks.items() if one.all] == ["2026-10-26"]
    Commitment.objects.update(settled_at=world.moment("2026-10-25T23:59"))
    found = outcomes.lately(zone=world.zone, at=world.at)
    assert [f"{week}" for week, one in found.weeks.items() if one.all] == ["2026-10-19"]
    assert len(found.weeks) == WEEKS


def test_where_nothing_is_owed_it_says_what_would_be(world: World) -> None:
    said = seen(visit("Ada").get("/owed/"))
    assert "Nothing is owed. Whatever somebody promises by a time is listed here" in said
    assert f"Nothing was settled in the last {WEEKS} weeks" in said


def test_a_hundred_thousand_promises_are_found_by_indexes_and_asked_for_at_once(
    world: World,
) -> None:
    declare(world, "Cy")
    ada = visit("Ada")
    ada.get("/owed/")
    with CaptureQueriesContext(connection) as few:
        ada.get("/owed/")
    with connection.cursor() as cursor:
        cursor.execute(HUNDRED_THOUSAND, [world.at] * 3)
        cursor.execute("ANALYZE commitments_commitment")
    with CaptureQueriesContext(connection) as many:
        assert "page 1 of 200" in seen(ada.get("/owed/"))
    assert len(many) <= len(few) + 3, "who has a role is asked for once, however many owe by it"
    table = commitments.owed().order_by("due_at", "id")[:50]
    assert "commitment_owed" in table.explain()
    mine = commitments.owed().filter(owners.is_owed_by("Ben", at=world.at))
    assert "commitment_by_owner" in mine.explain()
    with CaptureQueriesContext(connection) as counted:
        outcomes.lately(zone=world.zone, at=world.at)
    (query,) = counted.captured_queries
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {query['sql']}")
        assert "commitment_outcome" in str(cursor.fetchall())


@pytest.mark.parametrize("path", LISTS)
def test_a_list_is_asked_for_again_only_when_something_changes_that_it_shows(
    world: World, path: str
) -> None:
    page = visit("Ada").get(path).text
    about = re.findall(r'<main id="main" data-about="([^"]+)"', page)[0].split(",")
    assert {one.partition(":")[0] for one in about} <= TOUCHED.keys()
    wanted = frozenset(about)
    assert not _concerns("channel:1", wanted) and not _concerns("thread:1", wanted)
    assert _concerns("*", wanted) and _concerns("process", wanted)
    for told in {one.replace("*", "7") for one in about}:
        assert _concerns(told, wanted)


def test_only_now_listens_to_everything() -> None:
    every = [one.name for one in HOUSE.rglob("*.html") if "about %}any" in one.read_text("utf-8")]
    assert every == ["now.html"]
