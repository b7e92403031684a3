"""Nothing internal shows on the status page: what is planted in every other text is nowhere."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, models, transaction
from pydantic import ValidationError

from dutydesk.chat.flows import desk_posts
from dutydesk.incidents.models import Incident
from dutydesk.process.rules.check import default_process
from dutydesk.process.rules.model import Process
from dutydesk.status.api.answers import StatusAnswers
from dutydesk.status.models import Subscription
from testing.day import Day
from testing.status import answers
from testing.world import as_if_committed

pytestmark = pytest.mark.django_db
MARK = "zqz"
# What users were told, and the names of services: all that may show.
TOLD = {
    ("Announcement", "title"), ("Announcement", "text"), ("Announcement", "impact"),
    ("AnnouncementUpdate", "text"), ("Incident", "title"), ("Maintenance", "message"),
    ("Service", "name"), ("Service", "slug"), ("Update", "text"),
}  # fmt: skip
# Where a mark would change what the day of the test is about.
KEPT = {("alarms", "high_severities"), ("ask", "kinds")}
# Some of what must have been planted, whatever else was.
SECRETS = {
    ("Account", "name"), ("Alarm", "title"), ("Announcement", "agreed_with"),
    ("Announcement", "by"), ("AnnouncementUpdate", "by"), ("Channel", "name"),
    ("Engineer", "email"), ("Engineer", "name"), ("Gathering", "decided"),
    ("Incident", "declared_by"), ("Incident", "plan"), ("Incident", "source"),
    ("JournalEntry", "actor"), ("JournalEntry", "text"), ("LeadershipContact", "email"),
    ("Maintenance", "on_by"), ("Maintenance", "reason"), ("Post", "message"), ("Team", "name"),
    ("Team", "channel"), ("Subscription", "email"), ("Update", "by"), ("Commitment", "text"),
    ("ChannelSubscription", "by"),
}  # fmt: skip


def marked_process() -> str:
    """Give a sound process whose every text holds the mark, but those of the page itself."""
    process = json.loads(default_process().model_dump_json())
    process["status_page"] = {"shown": "public", "title": "How we are"}
    for where, value in list(_leaves(process)):
        for marked in (f"{value} {MARK}", f"{value}{MARK}"):
            _put(process, where, marked)
            if _sound(process):
                break
            _put(process, where, value)
    text = json.dumps(process)
    assert text.count(MARK) > 40
    assert f"#cloud-platform{MARK}" in text
    return text


def _sound(process: Any) -> bool:
    try:
        Process.model_validate(process)
    except ValidationError:
        return False
    return True


def _leaves(value: Any, where: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], str]]:
    if (
        isinstance(value, str)
        and where[0] not in ("status_page", "clocks")
        and where[:2] not in KEPT
    ):
        yield where, value
    elif isinstance(value, dict | list):
        for key, one in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _leaves(one, (*where, key))


def _put(process: Any, where: tuple[Any, ...], value: str) -> None:
    for key in where[:-1]:
        process = process[key]
    process[where[-1]] = value


def texts() -> Iterator[tuple[type[models.Model], "models.Field[Any, Any]"]]:
    """Give every text that the desk's tables have, but what may show."""
    for model in apps.get_models():
        if model.__module__.startswith("dutydesk.") and model.__name__ != "ProcessVersion":
            for field in model._meta.concrete_fields:
                kind = isinstance(field, models.CharField | models.TextField | models.JSONField)
                structural = field.primary_key or field.choices
                if kind and not structural and (model.__name__, field.name) not in TOLD:
                    yield model, field


def plant() -> set[tuple[str, str]]:
    """Put the mark into each of them, row by row, where the database takes it."""
    planted = set()
    with connection.cursor() as cursor:  # The journal is never changed, and search follows texts.
        cursor.execute("SET LOCAL session_replication_role = replica")
    for model, field in texts():
        rows = model._base_manager.all()
        if rows and not _put_mark(rows, field, MARK):  # Each row may need one of its own.
            for number in rows.values_list("pk", flat=True):
                if not _put_mark(rows.filter(pk=number), field, f"{MARK}{number}"):
                    break  # What the database refuses there, nobody can write there.
        if rows.filter(**{f"{field.name}__icontains": MARK}).exists():
            planted.add((model.__name__, field.name))
    return planted


def _put_mark(
    rows: "models.QuerySet[models.Model]", field: "models.Field[Any, Any]", mark: str
) -> bool:
    mark = mark[: getattr(field, "max_length", None) or 99]
    try:
        with transaction.atomic():
            rows.update(**{field.name: [mark] if isinstance(field, models.JSONField) else mark})
    except DatabaseError:
        return False
    return True


def everything(found: StatusAnswers) -> dict[str, bytes]:
    """Give all that the page answers with, by path and whether it is stale, headers too."""
    said = {}
    for path in found._makers:
        for stale in (False, True):
            answer = found.get(path, stale=stale)
            assert answer is not None
            said[f"{path} {stale}"] = answer.body + repr(answer.headers).encode()
    return said


def tell_news_and_phases(day: Day) -> None:
    """Let a channel be subscribed, news be told, and an incident's updates say how far it is."""
    channel = desk_posts.place("#talk").pk
    day.press("Ada", "status.subscribe", f"channel:{channel}")
    news = {"title": "The docs moved", "text": "To a new place", "services": []}
    day.press("Ben", "announcement.announce", "new", starts="", ends="", updates="", **news)
    day.press("Ada", "incident.declare", "new", title="Slow", user_impact="yes", another="yes")
    slow = Incident.objects.latest("id").about
    day.press("Ada", "incident.update", slow, text="It is the disk", phase="identified")


def test_what_is_planted_in_every_internal_text_shows_nowhere(tmp_path: Path) -> None:
    day = Day(tmp_path, marked_process(), named=lambda name: f"{name}{MARK}")
    day.live()
    tell_news_and_phases(day)
    Subscription.objects.create(email="eve@example.org", asked_at=day.world.at)
    as_if_committed()
    before = everything(answers(day.world))
    planted = plant()
    assert planted >= SECRETS, SECRETS - planted
    after = everything(answers(day.world))
    assert len(after) > 30
    for said in (before, after):
        assert not [path for path, body in said.items() if MARK.encode() in body]
    for told in (b"incident-", b"work-", b"maintenance-", b"news-"):
        assert told in after["api/v2/summary.json False"] + after["history False"]
    assert b"Identified" in before[" False"]
