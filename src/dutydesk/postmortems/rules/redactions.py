"""What is not to be read outside: secrets, people's names, addresses and internal hosts."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from ipaddress import ip_address

from dutydesk.postmortems.rules.secrets import SECRETS

_MAIL = re.compile(r"[\w.+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,8}")
_NUMBERS = re.compile(
    r"(?<![\w.])(?:\d{1,3}(?:\.\d{1,3}){3}(?!\w|\.\d)"
    r"|(?<!:)[0-9a-fA-F:]{3,39}:[0-9a-fA-F]{0,4}(?![\w:]))"
)


@dataclass(frozen=True, slots=True)
class Disclosure:
    """Something in a text that is not for everybody, and what stands in its place instead."""

    kind: str
    found: str
    instead: str

    @property
    def mark(self) -> str:
        """Name it for good, without saying it."""
        return sha256(f"{self.kind}\0{self.found}".encode()).hexdigest()

    @property
    def secret(self) -> bool:
        """Say whether nobody should see it at all."""
        return self.instead == "[secret]"


@dataclass(frozen=True, slots=True)
class Internal:
    """What is internal here: `people` by their names and what they are called, and `domains`."""

    people: Mapping[str, str]
    domains: tuple[str, ...] = ()


Place = tuple[int, int, Disclosure]


def findings(texts: Iterable[str], internal: Internal) -> list[Disclosure]:
    """Give all that these texts hold, each once, in the order in which it comes up."""
    found: dict[str, Disclosure] = {}
    for text in texts:
        for _, _, one in places(text, internal):
            found.setdefault(one.mark, one)
    return list(found.values())


def redact(text: str, internal: Internal, kept: Iterable[str]) -> str:
    """Give a text with everything replaced that it holds, but for what is `kept`, by its mark."""
    left, parts, at = frozenset(kept), list[str](), 0
    for start, end, one in places(text, internal):
        parts += [text[at:start], text[start:end] if one.mark in left else one.instead]
        at = end
    return "".join([*parts, text[at:]])


def places(text: str, internal: Internal) -> list[Place]:
    """Give where each is, in order; of two in one place, the one that was looked for first."""
    taken: list[Place] = []
    for start, end, one in _looked_for(text, internal):
        if start < end and all(end <= begins or start >= ends for begins, ends, _ in taken):
            taken.append((start, end, one))
    return sorted(taken, key=lambda place: place[0])


def _looked_for(text: str, internal: Internal) -> Iterator[Place]:
    for form in SECRETS:
        for hit in form.pattern.finditer(text):
            group = 1 if form.pattern.groups else 0
            yield hit.start(group), hit.end(group), Disclosure(form.name, hit[group], "[secret]")
    for hit in _MAIL.finditer(text):
        yield hit.start(), hit.end(), Disclosure("e-mail address", hit[0], "[address]")
    for domain in internal.domains:
        pattern = (
            rf"(?i)(?<![\w.-])(?:[a-z0-9_-]{{1,63}}\.){{0,8}}{re.escape(domain)}(?![\w-]|\.\w)"
        )
        for hit in re.finditer(pattern, text):
            yield hit.start(), hit.end(), Disclosure("internal host", hit[0], "[internal host]")
    for hit in _NUMBERS.finditer(text):
        if _is_address(hit[0]):
            yield hit.start(), hit.end(), Disclosure("IP address", hit[0], "[address]")
    yield from _names(text, internal.people)


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def _names(text: str, people: Mapping[str, str]) -> Iterator[Place]:
    """Give the names; a role that begins a sentence begins with a capital letter."""
    if not text or not people:
        return
    named = {_plain(name): name for name in people}
    for hit in _pattern(tuple(people)).finditer(text):
        name = named.get(_plain(hit[1]), hit[1])  # Some letters are alike in ways of their own.
        before = text[: hit.start()].rstrip()
        first = not before or before[-1] in ".!?:\n"
        role = people.get(name, "somebody")
        said = role[:1].upper() + role[1:] if first else role
        yield hit.start(), hit.end(), Disclosure("name", name, said)


def _plain(name: str) -> str:
    """Give a name as it is known, however it is written: of one word as it is, see below."""
    words = name.split()
    return " ".join(words).casefold() if len(words) > 1 else "".join(words)


@lru_cache(maxsize=8)
def _pattern(names: tuple[str, ...]) -> re.Pattern[str]:
    """Give what finds these names, of which the first is found where two begin.

    One word alone may be an everyday one, as Will and Mark are: it is found only as it is written.
    """
    forms = []
    for name in names:
        form = r"\s+".join(map(re.escape, name.split()))
        forms.append(f"(?i:{form})" if len(name.split()) > 1 else form)
    return re.compile(rf"(?<![\w@])@?({'|'.join(forms)})(?!\w)")
