"""Whole rows that are asked for in a statement of our own are as Django reads them."""

from datetime import UTC, datetime

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.transaction import TransactionManagementError
from django.test.utils import CaptureQueriesContext

from dutydesk.alarms.models import Alarm
from dutydesk.database import rows
from dutydesk.inbox.flows import arrivals
from dutydesk.inbox.models import Arrival
from dutydesk.kernel.arrivals import Arrived
from dutydesk.people.models import Account, Engineer, Service

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 24, 11, tzinfo=UTC)
_ALL = "SELECT {arrival} FROM inbox_arrival AS arrival ORDER BY id"
_PEOPLE = """
SELECT {engineer}, {account} FROM people_engineer AS engineer
LEFT JOIN people_account AS account ON account.id = engineer.account_id
WHERE engineer.name = ANY(%s) ORDER BY engineer.name
"""


def test_a_row_has_all_that_it_has_by_django() -> None:
    headers = {"user-agent": "é {name} %s"}
    one = Arrived("json", "1", b"\x00%s", AT, key="k", sender="s", headers=headers, note="n")
    arrivals.keep_all([one, Arrived("json", "2", b"", AT)])
    found = [row for (row,) in rows.read(_ALL, {"arrival": Arrival}, [])]
    there = list(Arrival.objects.order_by("pk"))
    names = [field.attname for field in Arrival._meta.concrete_fields]
    assert len(found) == 2
    for row, other in zip(found, there, strict=True):
        assert row == other and not row._state.adding
        for name in names:
            mine, theirs = getattr(row, name), getattr(other, name)
            assert type(mine) is type(theirs)
            assert (bytes(mine) if name == "body" else mine) == (
                bytes(theirs) if name == "body" else theirs
            )


def test_a_new_row_is_as_its_model_makes_it() -> None:
    told = {"group_key": "é", "first_at": AT, "told_at": AT}
    one, other = rows.new(Alarm, **told), rows.new(Alarm, **told)
    assert one._state.adding and one._state.db is None
    names = [field.attname for field in Alarm._meta.concrete_fields]
    assert [getattr(one, name) for name in names] == [
        getattr(Alarm(**told), name) for name in names
    ]
    one.duties.append("primary")
    assert (other.duties, rows.new(Alarm).duties) == ([], [])
    one.service = Service(pk=3)
    assert (one.service_id, other.service_id, other.service) == (3, None, None)
    with pytest.raises(TypeError, match="has no service, titel"):
        rows.new(Alarm, service=None, titel="")


def test_what_an_outer_join_does_not_find_is_none() -> None:
    account = Account.objects.create_user(email="ada@example.org", name="Ada")
    Engineer.objects.create(name="Ada", email="ada@example.org", account=account)
    Engineer.objects.create(name="Ben", email="ben@example.org")
    models = {"engineer": Engineer, "account": Account}
    found = rows.read(_PEOPLE, models, [["Ada", "Ben", "Cy"]])
    assert [(one.name, account and account.name) for one, account in found] == [
        ("Ada", "Ada"),
        ("Ben", None),
    ]


def test_related_rows_are_asked_for_no_more() -> None:
    ben = Engineer.objects.create(name="Ben", email="ben@example.org")
    rows.relate(ben, "contact_methods", [])
    with CaptureQueriesContext(connection) as queries:
        assert list(ben.contact_methods.all()) == []
    assert len(queries) == 0


def test_rows_are_locked_within_a_transaction_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "in_atomic_block", False)  # As if this test had none.
    with pytest.raises(TransactionManagementError, match="within a transaction"):
        rows.run("SELECT id FROM people_engineer FOR UPDATE")


def test_what_something_broke_is_not_gone_on_with() -> None:
    with transaction.atomic():
        transaction.set_rollback(True)
        with pytest.raises(TransactionManagementError):
            rows.run("SELECT 1")


def test_a_test_that_counts_statements_counts_those_of_our_own() -> None:
    with CaptureQueriesContext(connection) as seen, transaction.atomic():
        rows.try_lock("a name")
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.run("SELECT nothing FROM nowhere")
    asked = [one["sql"] for one in seen.captured_queries if "SAVEPOINT" not in one["sql"]]
    assert "pg_try_advisory_xact_lock" in asked[0] and len(asked) == 2
