"""What people write: in plain words as a title, and without what would call everybody."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import chain
from typing import Any

_SMILE = r"(?:(?::[a-z0-9_+-]+:|[\u2600-\u27bf\U0001f300-\U0001faff])\ufe0f?\s*)"
_GREETING = re.compile(
    rf"^{_SMILE}*(?:hi+|hiya|hey+|hello+|dear|(?:good )?(?:morning|afternoon|evening))"
    r"(?:\s+(?:all|both|again|team|there|folks|guys|people|support|everyone|everybody|colleagues|"
    rf"cloud|platform|@\S+|(?-i:[A-Z][\w'-]+(?=[,!]|$|\s*{_SMILE})))){{0,4}}"
    rf"\s*(?:[,.!]*\s*{_SMILE}{{1,4}}[,.!\N{{EN DASH}}-]*\s*"
    r"|[,.!:\N{EN DASH}-]+\s*|$)"
    r"(?:(?:i )?hope [^,.!?:]{0,40}\b(?:well|good|great|ok|okay|fine|day|week|weekend)\b"
    rf"\s*(?:[,.!]+|{_SMILE})+\s*)?",
    re.IGNORECASE,
)
_WISHES = re.compile(
    r"(?:i )?(?:hope|trust) [^,.!?:]{0,40}\b(?:well|good|great|ok|okay|fine|day|week|weekend)\W*",
    re.IGNORECASE,
)
_EMOJI = re.compile(r":[a-z][a-z0-9_+-]*:")
_ANNOUNCES = re.compile(
    r"(?:(?:i|we)(?:'ve| have)? (?:got )?|just |got )*(?:a |one )?"
    r"(?:(?:(?:quick|short|small|little|silly) )?(?:question|query)"
    r"|(?:quick|short|small|little|silly) one|one(?= for| about))\b"
    r"(?: (?:for|about|regarding) (?:you|the team|you all|everyone|this))?\W*",
    re.IGNORECASE,
)
_MOST = 1000  # More of a line is no title, and these patterns take longer than long lines do.
_ADDRESS = re.compile(r"<?https?://\S+|[\W_]+")
_FENCE = re.compile(r"`{3}[\w+-]*$")
_START = re.compile(r"^(?:#{1,6}|>+|[-*+]|\d{1,3}[.)])\s+")
_LINK = re.compile(r"\[([^\[\]]+)\]\([^()\s]+\)|<[^<>|\s]+\|([^<>|]+)>|<(https?://[^<>|\s]+)>")
_CODE = re.compile(r"(?<!`)(`{1,3})(?!`)(.+?)(?<!`)\1(?!`)")
_STRESS = re.compile(r"(?<![\w*~])([*_~]{1,3})(?=[^\s*_~])([^*~]+?)(?<=[^\s_])\1(?![\w*~]|\.\w)")

# Slack's way of writing them, and everybody's; what stands behind a call may be one more.
_WRITTEN = r"<!(?:(?:here|channel|everyone|group)(?:\|[^<>]*)?|subteam\^[^<>]*)>"
_NAMED = r"@(?:here|channel|everyone|group|all)\b"
_CALLS = rf"(?:{_WRITTEN}|(?<![\w.+-]){_NAMED})(?:[^\S\n]*(?:{_WRITTEN}|{_NAMED}))*"
_BEFORE = r"(?<![^\S\n])[^\S\n]*+"  # All blanks, or none: from each of many it would take for ever.
_NOTIFIER = re.compile(rf"^{_CALLS}[^\S\n]*|{_BEFORE}{_CALLS}", re.MULTILINE)
_BLANK = frozenset("\u115f\u1160")  # Letters that show nothing; their kin fold to these.
_JOINS = frozenset("<>!|^@")


def plain(line: str) -> str:
    """Give the words of a line without the marks of Markdown and Slack around them."""
    line = _START.sub("", line.strip()[:_MOST], count=1)
    line = _LINK.sub(lambda found: found[1] or found[2] or found[3], line)
    parts = _CODE.split(line)  # Between, for each code: its marks and what it says, left as it is.
    for place in range(0, len(parts), 3):
        parts[place] = _STRESS.sub(r"\2", parts[place])
    return "".join(part for place, part in enumerate(parts) if place % 3 != 1).strip()


def title_of(text: str, longest: int) -> str:
    """Give what a text is about: its first line in plain words, without a greeting, cut at a word.

    A line that is code, a quotation or an address, or that only says that a question follows,
    stands there only if no other says anything.
    `longest`: in characters, without the ellipsis.
    """
    lines = list(_told(text))
    told = [(rest, own) for line, own in lines if (rest := _GREETING.sub("", line, count=1))]
    first = next((rest for rest, own in told if own and _says(rest)), "")
    first = first or next((rest for rest, _ in told), "")
    whole = {line for line, _ in lines}
    line = first[:1].upper() + first[1:] if first not in whole else first
    line = line or next((line for line, _ in lines), "") or _attachment(text)
    if len(line) <= longest:
        return line
    return line[:longest].rsplit(" ", 1)[0] + "…"


def announces(line: str) -> bool:
    """Say whether a line, without a greeting, says no more than that a question follows."""
    return bool(_ANNOUNCES.fullmatch(line))


def _says(line: str) -> bool:
    bare = _ADDRESS.sub("", _EMOJI.sub("", line)).strip()
    return bool(bare) and not (announces(line) or _WISHES.fullmatch(line))


_ATTACHED = re.compile(r"\[([^\[\]]{1,200}): (?:https?://\S+|in Slack)\]")


def _attachment(text: str) -> str:
    """Give what the first file is called that stands in a text; empty if there is none."""
    files = (_ATTACHED.fullmatch(line.strip()) for line in text.splitlines())
    return next((file[1] for file in files if file), "")


def _told(text: str) -> Iterator[tuple[str, bool]]:
    """Give each line that has words, in plain ones, and whether they are its writer's own."""
    fenced = False
    for line in text.splitlines():
        bare = line.strip()
        within, turns = fenced, bare.count("```") % 2 == 1
        fenced ^= turns
        if turns:  # Slack lets code begin and end on a line of the fence itself.
            bare = "" if _FENCE.match(bare) else bare.replace("```", " ")
        if _ATTACHED.fullmatch(bare):
            continue
        shown = line.lstrip().startswith((">", "```")) or bool(_CODE.fullmatch(bare))
        if words := plain(bare):
            yield words, not (within or shown)


REMOVED = "(removed)"
"""What stands where somebody's words stood that they took back."""
CUTS = (80, 90, 119, 140, 190, 200)
"""In characters, how long titles of a post are at most, wherever one is shown or kept."""
_TELLING = 12
_END_OF_SENTENCE = re.compile(r"(?<=[.!?])\s+")


_QUOTED = re.compile(r"“[^“”]*”|(?<=: ).+\Z", re.DOTALL)


_AMENDED = re.compile(
    r"^(?:[^\w\n]|_)*+(?:edit(?:ed)?|updated?|eta)\b[ \t]*+\d*+[ \t]*+"
    r"[:)\]\N{EN DASH}\N{EM DASH}-]",
    re.IGNORECASE | re.MULTILINE,
)
_ENDED = re.compile(
    r"\W*\[(?P<mark>solved|resolved|fixed|sorted|closed)\]|"
    r"\W*(?P<word>solved|resolved|sorted)\s*[:!\N{EN DASH}\N{EM DASH}-]",
    re.IGNORECASE,
)
_WORDING = (
    r"(?:typ(?:o|ing error)|spelling(?: mistake)?|grammar|english|wording|word|phrasing|sentence|"
    r"format(?:ting)?|layout|indent\w*|markdown|code ?block|link|url|list|table|title|subject|"
    r"head(?:ing|line)|screenshot|picture|image|attachment|mention|message|post|question|text|"
    r"line ?break)s?"
)
_MADE_RIGHT = r"(?:fixed|corrected|sorted|cleaned up|tidied)"
_COSMETIC = re.compile(
    rf"^\W*(?:(?:just |only |i |have |i've )*{_MADE_RIGHT}(?: out)?"
    r"(?: (?:the|an?|my|some|few|two|those|silly|broken|wrong|bad|code|dead|missing))*"
    rf" {_WORDING}(?: (?:and|in|of) (?:the |my )?{_WORDING})*|"
    rf"(?:the |my )?{_WORDING} (?:is |are |was |were |now )*{_MADE_RIGHT})"
    r"(?: (?:above|below|now|here))?(?=\W*$|\s*[.,;:!()]|\n)[\s.,;:!()]*",
    re.IGNORECASE,
)
_STRUCK = re.compile(r"(?<!\w)~~?(?=\S)[^~\n]+(?<=\S)~~?(?!\w)")


def amendment(text: str) -> str:
    """Give what somebody who changed a post adds of how it went on; empty if it isn't marked.

    Marked is what follows “Edit:”, a word such as “[Solved]” at the beginning, and what stands
    beside words that are struck out. That the post itself was put right is nothing that went on.
    """
    added = list(_AMENDED.finditer(text))
    if added:
        return _COSMETIC.sub("", text[added[-1].end() :]).strip()
    if ended := _ENDED.match(text):
        return ended["mark"] or ended["word"]
    left = _STRUCK.sub(" ", text).strip()
    return left if _STRUCK.search(text) else ""


class Retelling:
    """How what quotes a post is told once the post says something else, or nothing any more.

    A post is quoted whole, or by a line, a sentence or a title of it. What has fewer than a dozen
    characters is only a quotation where it fills a line, or stands behind a colon or in quotes: so
    nobody else's words are taken away with somebody's "OK". What is merely changed is so only where
    no other word stands beside it.
    """

    def __init__(self, old: str, new: str | None, earlier: Iterable[str] = ()) -> None:
        """Retell quotations of the text `old`; as what is like it in `new`, None if it is gone.

        Of what is gone the `earlier` texts that it had are gone too.
        """
        self._old, self._new = old.strip(), new if new is None else new.strip()
        self._every = (self._old, *(one.strip() for one in earlier))

    @property
    def stems(self) -> Sequence[str]:
        """Give what every title of it has, however short it is cut; one for each of its texts."""
        return [title_of(one, min(CUTS)).removesuffix("…") for one in self._every]

    @cached_property
    def _titles(self) -> Mapping[str, str]:
        """Give every piece that may be quoted, folded, and the one line said instead of it."""
        if self._new is None:
            return _longest_first(self._gone())
        # Of a title that no cut shortens, nobody knows how long it may be: as short as any.
        titles = ((title_of(self._old, cut), title_of(self._new, cut)) for cut in reversed(CUTS))
        whole = [(self._old, title_of(self._new, min(CUTS)))]
        return _longest_first(chain(self._told_already(), whole, self._lines(), titles))

    def _told_already(self) -> Iterator[tuple[str, str]]:
        """Give what stays as it is, though the old text may stand in it."""
        new = self._new or ""
        told = chain([new], new.splitlines(), (title_of(new, cut) for cut in CUTS))
        yield from ((one, one) for one in map(str.strip, told))

    @cached_property
    def _wholes(self) -> Mapping[str, str]:
        """Give the pieces that may fill lines of a text, and what is said instead; likewise."""
        if self._new is None:
            return self._titles
        return {**self._titles, **_longest_first([*self._lines(), (self._old, self._new)])}

    def _gone(self) -> Iterator[tuple[str, str]]:
        lines = [line for text in self._every for line in text.splitlines()]
        plain_lines = [plain(line) for line in lines]
        ungreeted = [_GREETING.sub("", line, count=1) for line in plain_lines]
        told = [*lines, *plain_lines, *ungreeted]
        sentences = (part for line in told for part in _END_OF_SENTENCE.split(line))
        titles = (title_of(text, cut) for text in self._every for cut in CUTS)
        yield from ((one, REMOVED) for one in chain(self._every, told, sentences, titles))

    def _lines(self) -> Iterator[tuple[str, str]]:
        before, after = self._old.splitlines(), (self._new or "").splitlines()
        lines = zip(before, after, strict=True) if len(before) == len(after) else ()
        yield from ((one, other) for one, other in lines if one.strip() != other.strip())

    def title(self, said: str) -> str:
        """Give a line as it is told now, such as a title or a promise: it stays one line."""
        return self._told(said, lambda found: self._titles)

    def words(self, said: str) -> str:
        """Give a text as it is told now: whole where the post fills lines of it, or its title."""
        return self._told(said, lambda found: self._wholes if _fills(found) else self._titles)

    def _told(self, said: str, instead: Callable[[re.Match[str]], Mapping[str, str]]) -> str:
        folded = _fold(said)
        quoted = [piece for piece in self._titles if piece in folded]
        if not quoted:
            return said
        long = [_written(one) for one in quoted if len(one) >= _TELLING]
        short = [_written(one) for one in quoted if len(one) < _TELLING]
        # What else is said with these words is another's, or another sentence.
        alone = ("(?<!\\w)", "(?!\\w)") if self.gone else ("(?<!\\w)(?<!\\w )", "(?! ?\\w)")
        parts = [rf"{alone[0]}(?:{'|'.join(long)}){alone[1]}"] if long else []
        parts += [rf"(?:^|(?<=[“:] )|(?<=“))(?:{'|'.join(short)})(?=$|”)"] if short else []
        pattern = re.compile("|".join(parts), re.IGNORECASE | re.MULTILINE)
        return pattern.sub(lambda found: instead(found).get(_fold(found[0]), REMOVED), said)

    @property
    def gone(self) -> bool:
        """Say whether the post was taken back."""
        return self._new is None

    def quoted(self, said: str) -> str:
        """Give what somebody else says, with only that told as it is now which it quotes.

        That stands in quotation marks, or behind its first colon; all else are others' words.
        """
        return _QUOTED.sub(lambda found: self.title(found[0]), said)

    def leaves(self, data: Any, name: str = "") -> Any:
        """Give JSON in which every text is told so; its names are left. A `body` is no title."""
        if isinstance(data, str):
            return self.words(data) if name == "body" else self.title(data)
        if isinstance(data, list):
            return [self.leaves(one, name) for one in data]
        if isinstance(data, dict):
            return {name: self.leaves(one, name) for name, one in data.items()}
        return data


def _longest_first(pairs: Iterable[tuple[str, str]]) -> Mapping[str, str]:
    """Give pieces, folded, and what is said instead of each; of one piece the last counts."""
    found = {_fold(one.strip()): other for one, other in pairs if len(one.strip()) > 1}
    return dict(sorted(found.items(), key=lambda pair: -len(pair[0])))


def _fills(found: re.Match[str]) -> bool:
    """Say whether what was found has the lines that it stands in to itself."""
    said = found.string
    return said[: found.start()][-1:] in ("", "\n") and said[found.end() :][:1] in ("", "\n")


def _fold(text: str) -> str:
    return text.lower().replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")


def _written(piece: str) -> str:
    """Give a pattern for a folded piece, whichever apostrophes it is written with."""
    return re.escape(piece).replace("'", "['\N{RIGHT SINGLE QUOTATION MARK}]")


def without_notifiers(text: str) -> str:
    """Give a text without what would call everybody in a channel, or a group. It stays so.

    However it is written: in wide letters, and with what nobody sees in between. What stood on
    both sides of a call is not joined to another. Clause announce.no-notifiers.
    """
    read, places = _folded(text)
    kept, done = [], 0
    for call in _NOTIFIER.finditer(read):
        kept.append(text[done : places[call.start()]])
        before, after = read[: call.start()][-1:], read[call.end() :][:1]
        if _joinable(before) and _joinable(after):
            kept.append(" ")
        done = places[call.end() - 1] + 1
    return "".join([*kept, text[done:]])


def _folded(text: str) -> tuple[str, list[int]]:
    """Give a text as it is read, in small plain letters, and where each of them stands in it."""
    read: list[str] = []
    places: list[int] = []
    for place, letter in enumerate(text):
        for one in unicodedata.normalize("NFKC", letter).casefold():
            if unicodedata.category(one) not in ("Cf", "Mn", "Me") and one not in _BLANK:
                read.append(one)
                places.append(place)
    return "".join(read), places


def _joinable(letter: str) -> bool:
    return letter.isalnum() or letter in _JOINS
