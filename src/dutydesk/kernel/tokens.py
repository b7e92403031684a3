"""Secrets that are made, shown once and kept nowhere: what is kept is a digest, to know them by."""

import hashlib
import secrets


def make_token() -> str:
    """Give a new secret, which stands in an address as it is."""
    return secrets.token_urlsafe(24)


def digest_of(token: str) -> str:
    """Give what is kept of a secret. Whatever a stranger sends has one, and it is nobody's."""
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()
