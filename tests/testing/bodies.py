"""JSON that machines send when they shouldn't: with junk in it, deep, long, in any encoding."""

import json
from random import Random
from typing import Any

from testing import junk


def mutate(random: Random, value: Any, depth: int = 0) -> Any:
    """Give the JSON value with one of its parts left out, doubled or replaced by junk."""
    if not isinstance(value, dict | list) or not value or random.random() < 0.1:
        return strange(random)
    if isinstance(value, list):
        place = random.randrange(len(value))
        return [*value[:place], mutate(random, value[place]), *value[place + 1 :]]
    name, roll = random.choice(sorted(value)), random.random()
    if roll < 0.1:
        return {each: part for each, part in value.items() if each != name}
    if roll < 0.2:
        return {**value, random.choice(junk.WORDS)[:50]: strange(random)}
    return {**value, name: mutate(random, value[name])}


def strange(random: Random) -> Any:
    deep: Any = "x"
    for _ in range(random.choice([0, 1, 150])):
        deep = [deep] if random.random() < 0.5 else {"a": deep}
    plain = [None, True, 0, -1, 1e308, 2**63, 10**30, [], {}, deep]
    return random.choice([random.choice(plain), random.choice(junk.WORDS)])


def body_of(random: Random, value: Any) -> bytes:
    """Give a mutated body, as JSON, in another encoding, nested deep, very long or cut off."""
    for _ in range(random.randint(0, 2)):
        value = mutate(random, value)
    text = json.dumps(value)
    roll = random.random()
    if roll < 0.05:
        return json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass")
    if roll < 0.1:
        return b"\xef\xbb\xbf" + json.dumps(value, ensure_ascii=False).encode("latin-1", "replace")
    if roll < 0.13:
        return text.encode()[: random.randrange(len(text) + 1)]
    if roll < 0.16:
        return random.choice([b"[" * 100_000, b'{"a":' * 100_000, b'"' + b"\\u0000" * 100_000])
    return text.encode()
