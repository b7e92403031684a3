"""Statements are put together sooner than Django does it, and are the same."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.db.backends.postgresql import compiler as django_compiler
from django.db.models import Count, F, QuerySet
from django.db.models.functions import Lower

from dutydesk.chat.models import Post
from dutydesk.commitments.models import Commitment
from dutydesk.database.postgresql.compiler import SQLCompiler
from dutydesk.incidents.models import Incident
from dutydesk.people.models import Engineer

QUERIES: dict[str, Callable[[], QuerySet[Any, Any]]] = {
    "no order": lambda: Engineer.objects.filter(name="x").order_by(),
    "the model's own order": lambda: Commitment.objects.filter(state="open"),
    "fields, and backwards": lambda: Incident.objects.order_by("-pk", "title"),
    "a field of another table": lambda: Post.objects.select_related("thread").order_by(
        "channel__name", "-thread__at"
    ),
    "the same field twice": lambda: Incident.objects.order_by("title", "-title"),
    "what is selected": lambda: Engineer.objects.order_by("name").values_list("name", "pk"),
    "another name for it": lambda: Engineer.objects.values(called=F("name")).order_by("called"),
    "what is worked out": lambda: Engineer.objects.annotate(low=Lower("name")).order_by("-low"),
    "an expression": lambda: Engineer.objects.order_by(F("name").desc(nulls_last=True), "pk"),
    "groups": lambda: Commitment.objects.values("kind").annotate(n=Count("pk")).order_by("-n"),
    "no two alike": lambda: Post.objects.order_by("channel__name", "pk").distinct(),
    "one of each": lambda: Post.objects.order_by("channel", "-at").distinct("channel"),
    "two together": lambda: (
        Engineer.objects.filter(name="x").union(Engineer.objects.filter(name="y")).order_by("name")
    ),
    "backwards as a whole": lambda: Incident.objects.order_by("title", "-pk").reverse(),
}


@pytest.mark.parametrize("which", QUERIES)
def test_an_ordered_query_is_the_statement_that_django_makes(which: str) -> None:
    ours = SQLCompiler(QUERIES[which]().query, connection, "default")
    theirs = django_compiler.SQLCompiler(QUERIES[which]().query, connection, "default")
    assert ours.as_sql() == theirs.as_sql()


def test_the_desk_s_queries_are_put_together_so(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[bool] = []
    by_fields = SQLCompiler._is_ordered_by_fields

    def noted(compiler: SQLCompiler) -> bool:
        asked.append(by_fields(compiler))
        return asked[-1]

    monkeypatch.setattr(SQLCompiler, "_is_ordered_by_fields", noted)
    assert "ORDER BY" in str(Incident.objects.order_by("title").query)
    assert asked == [True]
