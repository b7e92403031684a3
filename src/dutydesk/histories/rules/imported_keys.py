"""The keys by which what was imported is known again."""

from hashlib import sha256

_LONGEST = 180


def cut_key(key: str) -> str:
    """Give a key that fits; of a longer one its beginning, and what tells it from others."""
    if len(key) <= _LONGEST:
        return key
    return f"{key[: _LONGEST - 17]}-{sha256(key.encode()).hexdigest()[:16]}"
