"""Finding pages: by their path, by their words, and by what they are for."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Q
from django.db.models.functions import Lower

from dutydesk.handbook.flows.page_text import alert_key, service_key
from dutydesk.handbook.models import HandbookPage
from dutydesk.handbook.rules.web_addresses import WebPlace
from dutydesk.process.flows import process

SHOWN = 20
AT_HAND = 3
LONGEST = 500
_LOOKED_AT = 500
PAGES = HandbookPage.objects.select_related("repository")


@dataclass(frozen=True, slots=True)
class FoundPage:
    """A page that was found. Of `title` and `text` the words that match are marked."""

    page: HandbookPage
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class SharingPage:
    """A page that shares words with a text: in its title and headings, and in all of it."""

    number: int
    at: datetime
    named: frozenset[str]
    said: frozenset[str]


def is_kept() -> bool:
    """Say whether the process names any repository."""
    return bool(process.in_force().handbook.repositories)


def page(*, name: str, path: str) -> HandbookPage | None:
    """Give the page at a path of a repository; None if there is none."""
    return PAGES.filter(repository__name=name, path=path).first()


# "\x02" and "\x03" mark what matches, and stand in no page's words.
_FIND = """
WITH asked AS (
    SELECT websearch_to_tsquery('english', %s) AS english,
        websearch_to_tsquery('simple', %s) AS simple,
        replace(plainto_tsquery('english', %s)::text, '&', '|')::tsquery AS any_of
), newest AS (
    SELECT page.id, page.title, page.words, page.vector, asked.any_of
    FROM handbook_handbookpage AS page, asked
    WHERE page.vector @@ {query} LIMIT {most}
), best AS (
    SELECT * FROM newest ORDER BY ts_rank(vector, any_of, 1) DESC, id LIMIT {shown}
)
SELECT id,
    ts_headline('english', title, any_of, 'StartSel="\x02", StopSel="\x03", HighlightAll=true'),
    ts_headline('english', left(words, 20000), any_of,
        'StartSel="\x02", StopSel="\x03", MaxWords=35, MinWords=15')
FROM best ORDER BY ts_rank(vector, any_of, 1) DESC, id
"""


def find(words: str, *, most: int = SHOWN) -> list[FoundPage]:
    """Find the pages that have all the words, or else some of them, the best first."""
    asked = words.replace("\0", " ").strip()[:LONGEST]
    if not asked:
        return []
    rows = _found("(asked.english || asked.simple)", asked, most)
    rows = rows or _found("asked.any_of", asked, most)
    pages = PAGES.defer("text", "words").in_bulk([row[0] for row in rows])
    return [FoundPage(pages[number], title, text) for number, title, text in rows]


def _found(query: str, asked: str, most: int) -> list[Any]:
    statement = _FIND.format(query=query, most=_LOOKED_AT, shown=int(most))
    with connection.cursor() as cursor:
        cursor.execute(statement, [asked, asked, asked])
        return list(cursor.fetchall())


_SHARING = """
SELECT id, changed_at, tsvector_to_array(ts_filter(vector, '{a,b}')), tsvector_to_array(vector)
FROM handbook_handbookpage, replace(plainto_tsquery('english', %s)::text, '&', '|') AS given
WHERE given <> '' AND vector @@ given::tsquery
ORDER BY ts_rank(vector, given::tsquery, 1) DESC, id LIMIT 50
"""


def sharing(words: str) -> list[SharingPage]:
    """Give at most 50 pages that share words with a text."""
    with connection.cursor() as cursor:
        cursor.execute(_SHARING, [words.replace("\0", " ")[:LONGEST]])
        return [
            SharingPage(number, at, frozenset(named), frozenset(said))
            for number, at, named, said in cursor.fetchall()
        ]


@dataclass(frozen=True, slots=True)
class Clues:
    """What an alarm says of the pages for it: its runbook's address, and names, likeliest first."""

    runbook: str
    alerts: Sequence[str]
    services: Sequence[str]

    @property
    def keys(self) -> list[str]:
        """Give by which keys pages are found."""
        return [*map(alert_key, self.alerts), *map(service_key, self.services)]


def at_hand(clues: Clues) -> list[HandbookPage]:
    """Give the pages for an alarm, the likeliest first, at most three. Clause docs.repo.

    First the one that its runbook leads to, then those that name its alert, then its service's.
    """
    return at_hand_all([clues])[0]


def at_hand_all(each: Sequence[Clues], *, most: int = AT_HAND) -> list[list[HandbookPage]]:
    """Give what `at_hand` does for each of many alarms, at most so many pages: two queries."""
    places = {one.name: WebPlace.of(one) for one in process.in_force().handbook.repositories}
    if not places:
        return [[] for _ in each]
    led_to = [_led_to(clues.runbook, places) for clues in each]
    leads = {lead for one in led_to for lead in one}
    keys = sorted({key for clues in each for key in clues.keys})
    wanted = Q(keys__overlap=keys) if keys else Q(pk=None)
    if leads:
        paths = {path for _, path in leads}
        wanted |= Q(lower__in=paths, repository__name__in={name for name, _ in leads})
    found = HandbookPage.objects.annotate(lower=Lower("path")).filter(wanted)
    rows = found.values_list("pk", "repository__name", "path", "keys").order_by("path", "pk")
    read = list(rows)
    likeliest = [
        _ranked(read, leads, clues.keys)[:most] for clues, leads in zip(each, led_to, strict=True)
    ]
    pages = PAGES.in_bulk({number for one in likeliest for number in one})
    return [[pages[number] for number in one] for one in likeliest]


def _led_to(runbook: str, places: Mapping[str, WebPlace]) -> list[tuple[str, str]]:
    """Give the repositories and paths that a runbook's address may mean."""
    if not runbook:
        return []
    return [(name, path.lower()) for name, one in places.items() for path in one.paths_of(runbook)]


def _ranked(
    found: Iterable[tuple[int, str, str, list[str]]], led_to: list[tuple[str, str]], keys: list[str]
) -> list[int]:
    """Put the page first that the likeliest address leads to, then by the first key that it has."""
    places: list[tuple[int, int, int]] = []
    for number, name, path, own in found:
        here = (name, path.lower())
        if here in led_to:
            places.append((0, led_to.index(here), number))
        elif mine := [keys.index(key) for key in own if key in keys]:
            places.append((1, min(mine), number))
    return [number for _, _, number in sorted(places, key=lambda one: one[:2])]
