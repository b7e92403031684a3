"""A transaction tells of a subject once, however many deeds of it change what screens show."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import transaction

from dutydesk.chat.flows import desk_posts
from dutydesk.chat.flows.desk_posts import DeskPost
from dutydesk.chat.models import Post
from dutydesk.database import rows
from dutydesk.database.notifications import notify
from dutydesk.kernel.messages import Message

AT = datetime(2026, 11, 24, 11, tzinfo=UTC)
pytestmark = pytest.mark.django_db


def told(*calls: tuple[str, ...]) -> list[str]:
    """Give what each statement tells that these calls lead to."""
    asked: list[str] = []
    run = rows.run

    def seen(statement: str, values: Sequence[Any]) -> Any:
        asked.append(" ".join(values[1]))
        return run(statement, values)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rows, "run", seen)
        for call in calls:
            notify(*call)
    return asked


def test_what_is_told_already_costs_no_statement() -> None:
    with transaction.atomic():
        assert len(told(("incident:1",), ("incident:1",), ("incident:1", "incident:1"))) == 1
        (more,) = told(("incident:1", "incident:2"))
        assert "incident:2" in more
        assert "incident:1" not in more


def test_what_a_savepoint_took_back_is_told_anew() -> None:
    with transaction.atomic():
        with transaction.atomic():
            assert len(told(("alarm:1",))) == 1
            transaction.set_rollback(True)
        assert len(told(("alarm:1",))) == 1


@pytest.mark.django_db(transaction=True)
def test_the_next_transaction_tells_again() -> None:
    for _ in range(2):
        with transaction.atomic():
            assert len(told(("page:1",))) == 1
    assert len(told(("page:1",), ("page:1",))) == 2, "each is a transaction by itself"


def test_posts_are_shown_under_others_and_in_channels_at_once_and_change_in_place() -> None:
    root = desk_posts.say(key="root", channel="#a", message=Message("Root"), at=AT)
    for says in ("first", "second"):
        under = [DeskPost(f"under {n}", "#a", Message(says), root.pk) for n in range(3)]
        desk_posts.show_all([*under, DeskPost("beside", "#a", Message(says))], at=AT)
    shown = Post.objects.exclude(pk=root.pk).order_by("pk").values_list("key", "thread")
    assert list(shown) == [*((f"under {n}", root.pk) for n in range(3)), ("beside", None)]
    assert {post.words.body for post in Post.objects.exclude(pk=root.pk)} == {"second"}
    root.refresh_from_db()
    assert root.reply_count == 3
