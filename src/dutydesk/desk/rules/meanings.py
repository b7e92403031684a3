"""What a post in the ask channel says, as far as the desk acts on it.

A post is read clause by clause, each by the patterns of `vocabulary`. What none of them knows
says something new. `tests/desk/sentences` holds what people write, and what it is.
"""

import re
from collections.abc import Collection, Iterator, Set
from enum import StrEnum

from dutydesk.desk.rules import endings, rhetoric
from dutydesk.desk.rules import vocabulary as known
from dutydesk.desk.rules import word_lists as words_of


class Meaning(StrEnum):
    """What one clause of a post says."""

    ASKS = "asks"
    WANTS = "wants"
    FAILS = "fails"
    PAST = "what fails did so before"
    SAYS = "says something new"
    CONFIRMS = "yes or done"
    THANKS = "thanks"
    POLITE = "polite"
    WORKS = "works"
    DETAIL = "says more of what works"
    FOUND = "found, or needed no more"
    INSTEAD = "something else instead"
    CLOSES = "closes"
    LATER = "later"
    SAME = "the same trouble"
    AGREES = "+1"
    ADDS = "adds to a question"
    NOTICE = "a notice"
    GREETS = "greets"
    CALLS = "calls somebody by name"
    EMOJI = "nothing but emoji"


_READ = 2000
"""In characters: what stands further down says nothing else."""
_WORD = re.compile(r"\+1|[^\W_]+(?:'[^\W_]+)*")
_FENCED = re.compile(r"```.*?(?:```|\Z)", re.DOTALL)
_QUOTED = re.compile(r"^\s*>.*$", re.MULTILINE)
_ADDRESS = re.compile(r"<?https?://\S+")
_CODE = re.compile(r"`[^`\n]*`")
_EMOJI = re.compile(r":([a-z][a-z0-9_+-]*|[+-]1):")
_MENTION = re.compile(r"<@[^<>]*>|(?<!\w)@(?!(?:here|channel|everyone)\b)[\w.-]*\w")
_ALL = re.compile(r"^(?:(?:@|<!)(?:here|channel|everyone)\b>?[\s,:-]*)+")
_END = re.compile(r"(\?+)|\.{2,}|[.!;,:]+(?=\s|$)|\n+|\s[-\N{EN DASH}\N{EM DASH}]+\s")
_GREETED = re.compile(rf"^(?:(?:{'|'.join(words_of.GREETING)}|all|team|folks)\b[\s,.!]*)+")
_CALLED = re.compile(r"([A-Z][\w'-]+)(?: [A-Z][\w'-]+)?, ")
_EVERYBODY = re.compile(
    r"\b(?:can|could|would|will|have) (?:everyone|everybody|you all|all of you|all teams|teams)\b"
)
_MINE = re.compile(  # What failed was whoever says so's own mistake.
    r"\b(?:because of|due to|it was|it was just) (?:my|our|an? typo)\b"
    r"|\bi (?:was|had)\b(?! (?:refused|denied|rejected|blocked|unable|not (?:able|allowed)|"
    r"no (?:luck|success|response|change)|"
    r"(?:an?|another|more|some|two|the same) (?:\w+ )?(?:error|timeout|failure|crash)\w*"
    r"(?! (?:in|on) (?:my|our)))\b)"
    r"|\bmy (?:typo|fault|mistake|error)\b|\b(?:i|we) (?:forgot|missed|misread)\b"
    r"|\bit was (?:just )?(?:the |a )?wrong\b|\bi should(?:'ve| have)\b|\bturn(?:s|ed) out\b"
    r"|\b(?:problem|issue|cause|culprit|reason|error) was\b(?! (?:not|never|back|there)\b)"
    r"|\bthat was (?:\w+ )?(?:the|my|our) (?:problem|issue|cause|error|mistake)\b"
)
_MENDED = re.compile(r"\b(?:working|fixed|solved|sorted|resolved)\b")
_CAUSE = re.compile(  # Nothing but why it failed.
    r"(?:just )?(?:an? |the |my |our )?(?:wrong|missing|invalid|expired|stale|empty|broken) "
    r"(?!though|still|again|now)\w+(?: (?!though|still|again|now)\w+)?"
    r"(?: (?:in|on|at|for|of) (?:my|our|the)(?: \w+){1,2})?"
)
_STRANGE = " xcode "  # What is no word of anybody's stands as one that nothing knows.
_NO_NAMES = (
    words_of.GREETING | words_of.THANKS | words_of.BESIDE | words_of.YES | words_of.FILLER
) | {"also", "please", "currently", "again", "however", "today", "yesterday", "lastly", "finally"}
_COMMON_NAMES = frozenset({"will", "may", "mark", "art", "grant"})


def said(text: str, names: Collection[str] = ()) -> frozenset[Meaning]:
    """Give all that a post says. `names`: people's, which say nothing themselves."""
    plain, calls = _plain(text[:_READ], names)
    found = set(_opening(plain))
    for clause, asked in _clauses(plain):
        meaning = _meaning(clause, asked=asked)
        told = meaning == Meaning.FAILS and found == {Meaning.SAME}  # It is the same that fails.
        if meaning is not None and (not told or known.ADDS.search(clause)):
            found.add(meaning)
        if meaning == Meaning.WORKS and set(clause.split()) - words_of.SURE:
            found.add(Meaning.DETAIL)
    found = _together(plain, found)
    if not found and "?" in plain:
        found.add(Meaning.ASKS)
    elif not found:
        found.add(Meaning.POLITE if _WORD.search(_EMOJI.sub(" ", plain)) else Meaning.EMOJI)
    if calls or _EVERYBODY.search(plain):
        found.add(Meaning.CALLS)
    return frozenset(found)


def _plain(text: str, names: Collection[str]) -> tuple[str, bool]:
    """Give a text in small letters without what is no word, and whether it calls somebody.

    It does so by a mention, or by a name at its beginning.
    """
    text = text.replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")
    text = _QUOTED.sub(" ", _FENCED.sub(_STRANGE, text))
    text = _CODE.sub(_STRANGE, _ADDRESS.sub(_STRANGE, text))
    called = bool(_MENTION.search(text)) or _named_first(text)
    text = _MENTION.sub(" ", text)
    parts = {part for name in names for part in name.split() if len(part) > 1}
    parts = {part for part in parts if part.casefold() not in _COMMON_NAMES}
    if parts:
        named = re.compile(rf"\b(?:{'|'.join(sorted(map(re.escape, parts)))})\b")
        called = called or bool(named.match(text.lstrip()))
        text = named.sub(" ", text)
    text = re.sub(r"[*_~]+(?=\W|$)|(?:(?<=\W)|^)[*_~\[\]>]+|\]", " ", text.casefold())
    return text.strip(), called


def _named_first(text: str) -> bool:
    """Say whether a text begins with what looks like somebody's name, and a comma."""
    found = _CALLED.match(text.lstrip())
    return found is not None and found[1].casefold() not in _NO_NAMES


def _opening(plain: str) -> Iterator[Meaning]:
    """Give what a post's beginning says of all of it."""
    loud = _EMOJI.match(plain)
    words = _bare(plain)
    if (
        plain[:1] in words_of.LOUD
        or (loud and loud[1] in words_of.LOUD)
        or known.NOTICE.search(words)
    ):
        yield Meaning.NOTICE
    elif known.ADDS.search(words):
        yield Meaning.ADDS


def _bare(text: str) -> str:
    """Give a text without emoji, and without greetings and marks at its beginning."""
    text = _ALL.sub("", " ".join(_EMOJI.sub(" ", text).split()))
    return re.sub(r"^[^\w+]+", "", _GREETED.sub("", text, count=1))


def _clauses(plain: str) -> Iterator[tuple[str, bool]]:
    """Give each clause in words with single spaces, and whether a question mark ends it."""
    parts = _END.split(_EMOJI.sub(" ", plain))
    for clause, mark in zip(parts[::2], [*parts[1::2], None], strict=False):
        words = " ".join(_WORD.findall(clause))
        if words:
            yield words, mark is not None


def _explained(plain: str, found: Set[Meaning]) -> bool:
    """Say whether what failed is told as past, as by somebody who has found why.

    Who only gives thanks has found it if it was their own mistake.
    """
    if not found & {Meaning.FOUND, Meaning.WORKS, Meaning.THANKS}:
        return False
    ended = bool(found & {Meaning.FOUND, Meaning.WORKS})
    return all(
        (ended and _CAUSE.fullmatch(clause))
        or (
            (ended and _past(clause)) or (_MINE.search(clause) and not known.PRESENT.search(clause))
        )
        for clause, _ in _clauses(plain)
        if _fails(clause) and _ending(clause) != Meaning.FOUND
    )


def _together(plain: str, found: Set[Meaning]) -> set[Meaning]:
    """Give what a post says by what its clauses say beside each other."""
    together = set(found)
    if Meaning.FOUND in found and _instead(plain):
        together.add(Meaning.INSTEAD)
    if _explained(plain, together):
        together.discard(Meaning.FAILS)
    elif Meaning.FAILS in found and _before(plain):
        together.add(Meaning.PAST)
    if [clause for clause, _ in _clauses(plain) if known.BACK.fullmatch(clause)] and (
        found <= {Meaning.WORKS, Meaning.DETAIL}
    ):
        return {Meaning.SAYS}
    return together


def _before(plain: str) -> bool:
    """Say whether all that failed is told as bygone, or as its teller's own mistake."""
    return all(
        (known.BYGONE.search(clause) and _past(clause.partition(" until ")[0]))
        or (_MINE.search(clause) and not known.PRESENT.search(clause))
        for clause, _ in _clauses(plain)
        if _fails(clause)
    )


def _instead(plain: str) -> bool:
    """Say whether something is taken back for another, rather than explained by what was."""
    clauses = [clause for clause, _ in _clauses(plain)]
    back = [one for one in clauses if endings.RETRACTS.search(one)]
    beside = [one for one in clauses if one not in back]
    beside += [rest for one in back if (rest := one.removeprefix("turns out")) != one]
    said = {_meaning(one.strip(), asked=False) for one in beside if not _told_cause(one.strip())}
    return bool(back) and bool(said & {Meaning.SAYS, Meaning.SAME})


def _told_cause(clause: str) -> bool:
    """Say whether a clause tells nothing but why something failed."""
    return bool(_CAUSE.fullmatch(clause) or _past(clause) or _MINE.search(clause))


def _past(clause: str) -> bool:
    return bool(known.PAST.search(clause) and not known.PRESENT.search(clause))


def _fails(clause: str) -> bool:
    return bool(known.FAILS.search(known.HARMLESS.sub(" ", clause).strip()))


def _meaning(clause: str, *, asked: bool) -> Meaning | None:
    """Give what one clause says; None for what says nothing."""
    words = clause.split()
    if known.AGREES.search(clause) and not asked:
        return Meaning.AGREES
    if (ends := _ending(clause)) and not asked:
        return ends
    if (phrase := _phrase(clause, asked=asked)) is not None:
        return phrase
    if known.THANKED.search(clause) and not asked:
        return _thanked(clause)
    if asked:
        return Meaning.ASKS
    if _fails(clause):
        return Meaning.FAILS
    if set(words) <= words_of.FILLER:
        return None
    return _calm(clause, words)


def _phrase(clause: str, *, asked: bool) -> Meaning | None:
    """Give what a clause says that has the same trouble, or only looks as if it asked."""
    if known.SAME.search(clause) and not asked:
        return Meaning.SAME
    for pattern in (rhetoric.SAID,) if asked else (rhetoric.SAID, rhetoric.EXCLAIMED):
        if pattern.search(clause):
            rest = pattern.sub(" ", clause)
            return None if _fails(rest) or known.WANTS.search(rest) else Meaning.POLITE
    return None


def _ending(clause: str) -> Meaning | None:
    """Give what a clause says of the end of the matter: that it has come, or that it has not."""
    for pattern, meaning in ((endings.FOUND, Meaning.FOUND), (endings.CLOSES, Meaning.CLOSES)):
        found = pattern.search(clause)
        if found is None or endings.DENIES.search(known.HARMLESS.sub(" ", clause[: found.start()])):
            continue
        if _MENDED.search(found[0]) and known.PARTLY.search(clause):
            continue
        if meaning == Meaning.FOUND and endings.PART.search(clause, found.start()):
            continue
        if _complains(clause.partition("turns out")[2]):
            return Meaning.FAILS
        behind = endings.TURNS.search(clause, found.start())
        return Meaning.FAILS if behind and _complains(behind[0]) else meaning
    return None


def _complains(clause: str) -> bool:
    return _fails(clause) and not _past(clause)


def _thanked(clause: str) -> Meaning:
    """Give what a clause that begins with thanks says."""
    rest = known.THANKED.sub("", known.HARMLESS.sub(" ", clause), count=1)
    if known.COMPLAINS.search(rest):
        return Meaning.FAILS
    if "in advance" in rest and (_STRANGE.strip() in rest.split() or known.HOPES.search(rest)):
        return Meaning.WANTS
    if not rest.strip().startswith("for "):
        for pattern, meaning in (
            (known.ASKS, Meaning.ASKS),
            (known.WORKS, Meaning.WORKS),
            (known.LATER, Meaning.LATER),
        ):
            if pattern.search(rest.strip()):
                return meaning
    return Meaning.POLITE if known.AHEAD.search(rest) else Meaning.THANKS


def _calm(clause: str, words: list[str]) -> Meaning:
    """Give what a clause says that neither asks by its mark nor tells of trouble."""
    if set(words) <= words_of.YES | words_of.FILLER or known.CONFIRMS.search(clause):
        return Meaning.CONFIRMS
    if set(words) <= words_of.GREETING | words_of.BESIDE and set(words) & words_of.GREETING:
        return Meaning.GREETS
    for pattern, meaning in (
        (known.PLEASED, Meaning.POLITE),
        (known.WANTS, Meaning.WANTS),
        (known.WORKS, Meaning.WORKS),
        (known.ASKS, Meaning.ASKS),
        (known.LATER, Meaning.LATER),
    ):
        if pattern.search(clause):
            partly = meaning == Meaning.WORKS and known.PARTLY.search(clause)
            return Meaning.SAYS if partly else meaning
    if set(words) <= words_of.THANKS | words_of.BESIDE and set(words) & words_of.THANKS:
        return Meaning.THANKS
    left = known.HARMLESS.sub(" ", clause).split()
    return Meaning.SAYS if set(left) - words_of.FILLER else Meaning.POLITE
