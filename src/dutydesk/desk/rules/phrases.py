"""What a text says about itself: a kind of question, a likeness to another, a review asked for."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from dutydesk.desk.rules.vocabulary import TROUBLE
from dutydesk.process.rules.ask_channel import QuestionKind

_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)?")
_LINKED = re.compile(r"<https?://[^\s|<>]+\|([^<>]*)>|\[([^\[\]]+)\]\(https?://[^\s)]+\)")
# A host, or a repository, is looked for where a run of names and dots begins: from each letter of a
# long one it would take for ever.
_BARE = re.compile(
    r"<?(?:https?://|www\.)\S+|(?<![\w@-])(?<![\w-]\.)[\w-]++(?:\.[\w-]++)++/\S*"
    r"|(?<![\w@/.-])[\w.-]++/[\w.-]++#\d+\b"
)
_CHANGE = re.compile(
    r"\b(?:pr|prs|mr|mrs|(?:pull|merge)[ -]requests?|change ?sets?|diffs?)\b", re.IGNORECASE
)
_CHANGED = re.compile(
    r"/(?:pull|pulls|merge_requests|compare|commit)/|(?:^|[\s(]|/[\w.-]+)[#!]\d+\b"
)
_REVIEW = re.compile(
    r"\b(?:review(?:s|ed|er|ers)?|approv(?:e|ed|al|als|er)|merge[ds]?|lgtm|rubber[ -]?stamp"
    r"|sign[ -]?off|look(?: over| at)?|eyes|ready)\b|:eyes:",
    re.IGNORECASE,
)
_COMMON = {
    "you", "so", "much", "very", "a", "lot", "lots", "again", "all", "everyone", "both", "for",
    "the", "your", "that", "this", "it", "its", "it's", "is", "was", "now", "that's", "of",
    "help", "quick", "reply", "response", "answer", "time", "looking", "into", "super", "really",
    "many", "just", "what", "needed", "i", "we", "to", "and", "helpful", "fast", "me", "us",
    "team", "folks", "mate", "one", "have", "day", "weekend", "appreciate", "been", "has", "by",
    "on", "sorting", "fixing", "here",
    "how", "do", "does", "ok", "good", "yes", "can", "could", "would", "please", "hi", "hello",
    "hey", "there", "in", "an", "be", "are", "my", "our", "with", "from", "at", "as", "or",
    "not", "if", "when", "where", "why", "who", "which", "any", "some", "anyone", "somebody",
    "someone", "get", "getting", "got", "am", "trying", "try", "morning", "afternoon",
    "possible", "want", "need", "using", "use", "there's", "i'm", "we're", "i've", "we've",
    "don't", "should", "will", "thanks", "thank", "but", "no",
}  # fmt: skip


def _words(text: str) -> list[str]:
    """Give a text's words in lower case, whichever apostrophe it is written with."""
    return _WORD.findall(text.casefold().replace("\N{RIGHT SINGLE QUOTATION MARK}", "'"))


def suggested_kind(text: str, kinds: Sequence[QuestionKind]) -> str:
    """Give the id of the kind that most of its words speak for; the first kind if none does."""
    said = f" {' '.join(_words(text))} "

    def speaks(kind: QuestionKind) -> int:
        return sum(f" {' '.join(_words(word))} " in said for word in kind.words)

    return max(kinds, key=speaks).id  # The first of those that are alike.


def without_addresses(text: str) -> str:
    """Give a text without web addresses, of which no word says what it is about.

    Of a link with words of its own those are kept.
    """
    return _BARE.sub(" ", _LINKED.sub(r" \1\2 ", text))


def asks_for_review(text: str) -> bool:
    """Say whether a post asks for a review of a change, and for nothing else."""
    said = without_addresses(text)
    named = _CHANGE.search(said) or _CHANGED.search(text)
    asked = _REVIEW.search(text) or not significant(text)
    return bool(named and asked) and not tells_of_trouble(said)


def tells_of_trouble(text: str) -> bool:
    """Say whether a text says that something is wrong."""
    return bool(TROUBLE.search(" ".join(_words(without_addresses(text)))))


def significant(text: str) -> frozenset[str]:
    """Give the words of a text that tell it from others; those of an address tell nothing."""
    return frozenset(
        _stem(word)
        for word in _words(without_addresses(text))
        if word not in _COMMON and len(word) > 1
    )


def _stem(word: str) -> str:
    """Give a word as it is counted: of one thing or of many, of what is done or was."""
    if len(word) > 4 and word.endswith("s") and not word.endswith("ss"):
        word = word[:-1]
    for ending in ("ing", "ed"):
        if len(word) - len(ending) >= 4 and word.endswith(ending):
            return word[: -len(ending)]
    return word


def telling_words(text: str) -> str:
    """Give what a question may be like others in: its words that are not common, nor addresses."""
    return _uncommon(without_addresses(text))


def without_common(text: str) -> str:
    """Give a text without the words that stand in any; all of it if nothing else is left."""
    return _uncommon(text) or text


def _uncommon(text: str) -> str:
    return " ".join(word for word in text.split() if not set(_words(word)) <= _COMMON)


@dataclass(frozen=True, slots=True)
class _Asked:
    """What a burst goes by: a question's own words, the services it names, and trouble."""

    words: frozenset[str]
    services: frozenset[str]
    trouble: bool

    @classmethod
    def of(cls, text: str, services: Iterable[str]) -> "_Asked":
        words = significant(text)
        named = {name for name in services if (told := significant(name)) and told <= words}
        return cls(
            words.difference(*(significant(name) for name in named)),
            frozenset(named),
            tells_of_trouble(text),
        )

    def like(self, other: "_Asked") -> bool:
        """Say whether two may be about the same: trouble of one service, or a third of their words.

        A quarter of them, if both tell of trouble. A service is one word then, however many its
        name has.
        """
        both = self.trouble and other.trouble
        if both and self.services & other.services:
            return True
        shared = (self.words & other.words) | (self.services & other.services)
        either = self.words | other.words | self.services | other.services
        return len(shared) >= 2 and len(shared) * (4 if both else 3) >= len(either)


def burst(texts: Sequence[str], services: Sequence[str], at_least: int) -> tuple[int, ...]:
    """Give the places of the questions that look like the last one, itself too, if so many do.

    What asks for a review is like nothing, and wishes of which none tells of trouble are no burst.
    """
    if not texts or asks_for_review(texts[-1]):
        return ()
    last = _Asked.of(texts[-1], services)
    asked = {
        place: _Asked.of(text, services)
        for place, text in enumerate(texts[:-1])
        if not asks_for_review(text)
    }
    found = [place for place, one in asked.items() if one.like(last)]
    troubled = last.trouble or any(asked[place].trouble for place in found)
    return (*found, len(texts) - 1) if troubled and len(found) + 1 >= at_least else ()
