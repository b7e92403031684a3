"""The handbook's pages for an alarm: by its runbook's address, its alerts' names, its service."""

from collections.abc import Sequence
from typing import Any

from django.db.models import F, Window
from django.db.models.functions import RowNumber

from dutydesk.alarms.models import Alarm, Alert
from dutydesk.handbook.flows import library
from dutydesk.handbook.flows.library import Clues
from dutydesk.handbook.models import HandbookPage
from dutydesk.kernel.subjects import number_of

ALERTS = 50


def of(alarm: Alarm) -> Sequence[HandbookPage]:
    """Give the pages, the likeliest first, at most three. Clause docs.repo."""
    return library.at_hand(_clues(alarm, _labels([alarm.pk]).get(alarm.pk, [])))


def for_subjects(*, subjects: Sequence[str]) -> dict[str, HandbookPage]:
    """Give the likeliest page for what each page is about; without what is no alarm, or has none.

    Four queries, however many they are.
    """
    if not library.is_kept():
        return {}
    numbers = [number for one in subjects if (number := _number(one)) is not None]
    alarms = list(Alarm.objects.select_related("service").filter(pk__in=numbers))
    labels = _labels(numbers)
    clues = [_clues(alarm, labels.get(alarm.pk, [])) for alarm in alarms]
    found = zip(alarms, library.at_hand_all(clues, most=1), strict=True)
    return {alarm.about: pages[0] for alarm, pages in found if pages}


def _number(about: str) -> int | None:
    """Give the number of the alarm that a subject names; None if it names something else."""
    try:
        return number_of(about, "alarm")
    except ValueError:
        return None


def _labels(alarms: Sequence[int]) -> dict[int, list[dict[str, Any]]]:
    """Give the labels of some alerts of each alarm, by its number: what calls somebody first."""
    worst = (F("firing").desc(), F("called_at").asc(nulls_last=True), "pk")
    place = Window(RowNumber(), partition_by="alarm", order_by=worst)
    alerts = Alert.objects.filter(alarm__in=alarms).annotate(place=place)
    first = alerts.filter(place__lte=ALERTS).order_by("alarm", "place")
    labels: dict[int, list[dict[str, Any]]] = {}
    for alarm, one in first.values_list("alarm", "labels"):
        labels.setdefault(alarm, []).append(one)
    return labels


def _clues(alarm: Alarm, labels: Sequence[dict[str, Any]]) -> Clues:
    """Give what the alarm and its alerts say of the pages that are wanted."""
    services = {str(one["service"]) for one in labels if "service" in one}
    if alarm.service is not None:
        services |= {alarm.service.name, alarm.service.slug}
    alerts = dict.fromkeys(str(one["alertname"]) for one in labels if "alertname" in one)
    return Clues(alarm.runbook, tuple(alerts), sorted(services))
