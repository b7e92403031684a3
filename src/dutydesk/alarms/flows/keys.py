"""The keys that monitoring systems post with."""

import hashlib
import secrets
from datetime import datetime, timedelta

from django.db import transaction

from dutydesk.alarms.models import IntegrationKey
from dutydesk.kernel.refusals import Refused

_USED_EVERY = timedelta(minutes=1)


class WrongKey(Refused):
    """No monitoring system has this key."""


@transaction.atomic
def make_key(*, name: str, by: str, at: datetime) -> str:
    """Make a key for a monitoring system and give it; it is shown once and kept nowhere."""
    name = name.strip()[:100]
    if not name:
        raise Refused("The key has no name.", "Say which monitoring system it is for.")
    if IntegrationKey.objects.filter(name=name).exists():
        raise Refused(f"There is a key for {name} already.", "Choose another name.")
    token = secrets.token_urlsafe(24)
    IntegrationKey.objects.create(name=name, digest=_digest(token), made_at=at, made_by=by)
    return token


def revoke_key(*, key: int, at: datetime) -> None:
    """Let a key open nothing from now on."""
    IntegrationKey.objects.filter(pk=key, revoked_at=None).update(revoked_at=at)


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def opened_by(*, token: str, at: datetime) -> IntegrationKey:
    """Give the key behind a token, or refuse."""
    key = IntegrationKey.objects.filter(digest=_digest(token), revoked_at=None).first()
    if key is None:
        raise WrongKey("This key opens nothing.", "Make one on the page Keys and use that.")
    if key.used_at is None or at - key.used_at > _USED_EVERY:
        IntegrationKey.objects.filter(pk=key.pk).update(used_at=at)
    return key
