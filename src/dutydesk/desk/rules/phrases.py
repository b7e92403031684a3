"""What a text says about itself: thanks, a kind of question, a likeness to another."""

import re
from collections.abc import Collection, Iterable, Sequence

from dutydesk.process.rules.ask_channel import QuestionKind

_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)?")
_THANKS = {
    "thanks", "thank", "thankyou", "thx", "ty", "tysm", "cheers", "ta", "merci", "danke",
    "diolch", "brilliant", "perfect", "great", "lovely", "awesome", "amazing", "excellent",
    "works", "worked", "sorted", "fixed", "solved", "ok", "okay", "yes", "yep", "yeah", "fine",
    "good", "nice", "done", "appreciated",
}  # fmt: skip
_BESIDE = {
    "you", "so", "much", "very", "a", "lot", "lots", "again", "all", "everyone", "both", "for",
    "the", "your", "that", "this", "it", "its", "it's", "is", "was", "now", "that's", "of",
    "help", "quick", "reply", "response", "answer", "time", "looking", "into", "super", "really",
    "many", "just", "what", "needed", "i", "we", "to", "and", "helpful", "fast", "me", "us",
    "team", "folks", "mate", "one", "have", "day", "weekend", "appreciate", "been", "has", "by",
    "on", "sorting", "fixing", "here",
}  # fmt: skip
_COMMON = _BESIDE | {
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


def is_thanks(text: str, names: Collection[str] = ()) -> bool:
    """Say whether a reply to what is solved only says thanks, and so opens nothing again.

    It has to have a word of thanks, or no word at all (an emoji), and nothing that could be news:
    every other word is one that stands beside thanks, or one of `names`. A question mark is news.
    """
    if "?" in text:
        return False
    plain = re.sub(r":[a-z0-9_+-]+:|@\S+", " ", text.casefold())  # An emoji by its name; names.
    words = set(_words(plain))
    known = {word for name in names for word in _words(name)}
    if not words - known:
        return True
    return bool(words & _THANKS) and words <= _THANKS | _BESIDE | known


def suggested_kind(text: str, kinds: Sequence[QuestionKind]) -> str:
    """Give the id of the kind that most of its words speak for; the first kind if none does."""
    said = f" {' '.join(_words(text))} "

    def speaks(kind: QuestionKind) -> int:
        return sum(f" {' '.join(_words(word))} " in said for word in kind.words)

    return max(kinds, key=speaks).id  # The first of those that are alike.


def significant(text: str) -> frozenset[str]:
    """Give the words of a text that tell it from others."""
    return frozenset(
        word[:-1] if len(word) > 4 and word.endswith("s") and not word.endswith("ss") else word
        for word in _words(text)
        if word not in _COMMON and len(word) > 1
    )


def without_common(text: str) -> str:
    """Give a text without the words that stand in any; all of it if nothing else is left."""
    told = [word for word in text.split() if not set(_words(word)) <= _COMMON]
    return " ".join(told) or text


def alike(one: frozenset[str], other: frozenset[str], services: Iterable[frozenset[str]]) -> bool:
    """Say whether two questions may be about the same: a third of their words, or one service.

    `services`: the significant words of each service's name.
    """
    shared = one & other
    if any(service and service <= shared for service in services):
        return True
    return len(shared) >= 2 and len(shared) * 3 >= len(one | other)


def burst(texts: Sequence[str], services: Sequence[str], at_least: int) -> tuple[int, ...]:
    """Give the places of the questions that look like the last one, itself too, if so many do."""
    words = [significant(text) for text in texts]
    named = [significant(service) for service in services]
    found = [
        place
        for place, each in enumerate(words)
        if place == len(words) - 1 or alike(each, words[-1], named)
    ]
    return tuple(found) if len(found) >= at_least else ()
