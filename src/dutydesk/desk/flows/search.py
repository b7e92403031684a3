"""Finding what was asked, answered and recorded before, with PostgreSQL's full-text search."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from dutydesk.desk.rules.phrases import without_common
from dutydesk.desk.rules.similarity import (
    LOOKED_AT,
    MARK,
    PHRASED,
    UNMARK,
    Alike,
    any_of,
    ordered,
    telling,
    weights,
)
from dutydesk.kernel.subjects import screen_of, subject

KINDS = ("question", "ticket", "incident", "postmortem", "handover")
SHOWN = 20
LONGEST = 500


@dataclass(frozen=True, slots=True)
class Among:
    """Among which documents to look; each left empty for all. `since`: not older than that."""

    kind: str = ""
    channel: str = ""
    since: datetime | None = None
    solved: bool | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """One thing that was found. Of `title` and `text` the words that match are marked."""

    kind: str
    number: int
    title: str
    text: str
    channel: str
    at: datetime
    solved: bool | None
    address: str


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found, the best first. `exact`: it has all the words, not only most of them."""

    found: Sequence[Found]
    exact: bool


EVERYWHERE = Among()


def find(*, words: str, among: Among = EVERYWHERE) -> Finding:
    """Find what has all the words, or else what has most of them, at most `SHOWN`.

    `words` may hold "a phrase", -excluded and `or`, as in a web search. Only what everybody may
    see is found.
    """
    read = _Read.of(words)
    if not read.lexemes:
        return Finding((), exact=True)
    keys = _matching(read, among)
    exact = bool(keys)
    if not exact and not read.excludes:
        best = ordered(*alike(words=words, among=among))
        keys = [(each.kind, each.number) for _, each in best[:SHOWN]]
    return Finding(_shown(keys, any_of(read.lexemes)), exact)


def alike(*, words: str, among: Among = EVERYWHERE) -> tuple[Mapping[str, float], list[Alike]]:
    """Give how much each word of a text tells, and at most 50 documents that share some."""
    return _alike(_Read.of(without_common(words)).lexemes, among)


def _alike(lexemes: list[str], among: Among) -> tuple[Mapping[str, float], list[Alike]]:
    if not lexemes:
        return {}, []
    shares, rare, documents = _counted()
    sharing = _sharing(lexemes, telling(lexemes, shares, rare, documents), among)
    return weights(lexemes, shares, rare), sharing


@dataclass(frozen=True, slots=True)
class _Read:
    """What somebody typed, as PostgreSQL reads it."""

    query: str
    lexemes: list[str]
    excludes: bool

    @classmethod
    def of(cls, words: str) -> "_Read":
        words = words.replace("\0", " ")
        statement = "SELECT desk_query(%s)::text, tsvector_to_array(desk_words(%s))"
        query, lexemes = _rows(statement, [words[:LONGEST], words])[0]
        return cls(query, lexemes, "!" in query)


def _rows(statement: str, values: Sequence[Any]) -> list[Any]:
    """Ask with the values written out: the planner has to know them to count what they match."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())


def _where(query: str, among: Among) -> tuple[str, list[Any]]:
    parts = ["vector @@ %s::tsquery"]
    values: list[Any] = [query]
    for name, value in (("kind", among.kind), ("channel", among.channel)):
        if value:
            parts.append(f"{name} = %s")
            values.append(value)
    if among.since is not None:
        parts.append("at >= %s")
        values.append(among.since)
    if among.solved is not None:
        parts.append("solved = %s")
        values.append(among.solved)
    return " AND ".join(parts), values


def _matching(read: _Read, among: Among) -> list[tuple[str, int]]:
    """Give the best of the newest documents that match, best first."""
    where, values = _where(read.query, among)
    most = PHRASED if "<" in read.query else LOOKED_AT
    return _rows(
        f"SELECT kind, number FROM (SELECT kind, number, at, vector FROM desk_searchdocument"
        f" WHERE {where} ORDER BY at DESC LIMIT {most}) AS newest"
        f" ORDER BY ts_rank(vector, %s::tsquery, 1) DESC, at DESC LIMIT {SHOWN}",
        [*values, any_of(read.lexemes)],
    )


def _sharing(lexemes: list[str], looked_for: Sequence[str], among: Among) -> list[Alike]:
    where, values = _where(any_of(looked_for), among)
    found = _rows(
        "SELECT kind, number, at,"
        " ARRAY(SELECT unnest(tsvector_to_array(ts_filter(vector, '{a,b}')))"
        " INTERSECT SELECT unnest(%s::text[])),"
        " ARRAY(SELECT unnest(tsvector_to_array(vector)) INTERSECT SELECT unnest(%s::text[]))"
        " FROM (SELECT * FROM (SELECT kind, number, at, vector FROM desk_searchdocument"
        f" WHERE {where} ORDER BY at DESC LIMIT {LOOKED_AT}) AS newest"
        " ORDER BY ts_rank(vector, %s::tsquery, 1) DESC, at DESC LIMIT 50) AS best",
        [lexemes, lexemes, *values, any_of(lexemes)],
    )
    return [
        Alike(kind, number, at, frozenset(asked), frozenset(said))
        for kind, number, at, asked, said in found
    ]


def _counted() -> tuple[dict[str, float], float, float]:
    """Give in which part of all documents each common word stands, as of the last ANALYZE.

    Beside it, the part that a word which is not common stands in at most, and how many documents
    there are. https://www.postgresql.org/docs/18/view-pg-stats.html
    """
    documents = max(_rows("SELECT reltuples FROM pg_class WHERE relname = %s", [_TABLE])[0][0], 1)
    counted = _rows(
        "SELECT most_common_elems::text::text[], most_common_elem_freqs FROM pg_stats"
        " WHERE schemaname = current_schema() AND tablename = %s AND attname = 'vector'",
        [_TABLE],
    )
    if not counted or counted[0][0] is None:
        return {}, 1 / documents, documents
    words, shares = counted[0]
    # After the words' own shares come the least and the greatest of them, and that of null.
    return dict(zip(words, shares, strict=False)), shares[len(words)], documents


_TABLE = "desk_searchdocument"
_LOOK = f'StartSel="{MARK}", StopSel="{UNMARK}"'
_HEADLINE = (
    "ts_headline('english', translate(left({}, 20000), E'\\x02\\x03', ''), %s::tsquery, '"
    + _LOOK
    + ", {}')"
)
_TITLE = _HEADLINE.format("document.title", "HighlightAll=true")
_TEXT = _HEADLINE.format("coalesce(best.body, document.body)", "MaxWords=35, MinWords=15")
_SHOW = f"""
SELECT document.kind, document.number, {_TITLE}, {_TEXT}, document.channel, document.at,
    document.solved, best.root, best.post
FROM unnest(%s::text[], %s::bigint[]) WITH ORDINALITY AS given (kind, number, place)
JOIN desk_searchdocument AS document
    ON (document.kind, document.number) = (given.kind, given.number)
LEFT JOIN LATERAL (
    SELECT question.post_id AS root, post.id AS post, post.message ->> 'body' AS body
    FROM desk_question AS question
    JOIN chat_post AS post ON post.id IN (
        SELECT question.post_id
        UNION ALL SELECT id FROM chat_post WHERE thread_id = question.post_id
        UNION ALL SELECT post_id FROM desk_furtherpost WHERE question_id = question.id
    )
    WHERE document.kind = 'question' AND question.id = document.number
        AND post.only_for_id IS NULL AND post.removed_at IS NULL
        AND (post.account_id IS NOT NULL OR post.outside <> '' OR post.key LIKE 'person:%%')
    ORDER BY ts_rank(desk_words(post.message ->> 'body'), %s::tsquery) DESC, post.id
    LIMIT 1
) AS best ON true
ORDER BY given.place
"""


def _shown(keys: list[tuple[str, int]], query: str) -> tuple[Found, ...]:
    if not keys:
        return ()
    kinds, numbers = [kind for kind, _ in keys], [number for _, number in keys]
    found = _rows(_SHOW, [query, query, kinds, numbers, query])
    return tuple(
        Found(kind, number, title, text, channel, at, solved, _address(kind, number, root, post))
        for kind, number, title, text, channel, at, solved, root, post in found
    )


def _address(kind: str, number: int, root: int | None, post: int | None) -> str:
    """Give where it is: a question's thread, at the post that has most of the words."""
    if root is None:
        return screen_of(subject(kind, number))
    return f"{screen_of(subject('thread', root))}#post-{post}"
