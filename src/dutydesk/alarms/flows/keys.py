"""The keys that monitoring systems post with."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from dutydesk.alarms.models import IntegrationKey
from dutydesk.kernel.refusals import Refused
from dutydesk.kernel.tokens import digest_of, make_token

OLD_LASTS = timedelta(hours=24)
_USED_EVERY = timedelta(minutes=1)


class WrongKey(Refused):
    """No monitoring system has this key."""


@transaction.atomic
def make_key(*, name: str, by: str, at: datetime, opens: str = IntegrationKey.Opens.ALERTS) -> str:
    """Make a key for a system outside and give it; it is shown once and kept nowhere.

    `opens`: what it lets that system post.
    """
    name = name.strip()[:100]
    if not name:
        raise Refused("The key has no name.", "Say which system it is for.")
    if opens not in IntegrationKey.Opens.values:
        raise Refused("No key opens that.", "Choose alerts or deploys.")
    if IntegrationKey.objects.filter(name=name).exists():
        raise Refused(f"There is a key for {name} already.", "Choose another name.")
    token = make_token()
    IntegrationKey.objects.create(
        name=name, digest=digest_of(token), made_at=at, made_by=by, opens=opens
    )
    return token


@transaction.atomic
def rotate_key(*, key: int, at: datetime) -> tuple[IntegrationKey, str]:
    """Give a key a new secret, shown once; the one before opens for a day longer.

    A secret from before that one opens nothing any more.
    """
    found = IntegrationKey.objects.select_for_update().filter(pk=key, revoked_at=None).first()
    if found is None:
        raise Refused("That key is revoked or was never there.", "Make another one.")
    token = make_token()
    found.old_digest, found.old_until = found.digest, at + OLD_LASTS
    found.digest = digest_of(token)
    found.save(update_fields=["digest", "old_digest", "old_until"])
    return found, token


def revoke_key(*, key: int, at: datetime) -> None:
    """Let a key open nothing from now on, whichever of its secrets is used."""
    IntegrationKey.objects.filter(pk=key, revoked_at=None).update(revoked_at=at)


def revoke_old(*, key: int) -> None:
    """Let the secret from before a rotation open nothing from now on."""
    IntegrationKey.objects.filter(pk=key).update(old_digest=None, old_until=None)


def opened_by(
    *, token: str, at: datetime, opens: str = IntegrationKey.Opens.ALERTS
) -> IntegrationKey:
    """Give the key behind a token, or refuse; a key for something else opens nothing here."""
    digest = digest_of(token)
    secret = Q(digest=digest) | Q(old_digest=digest, old_until__gt=at)
    key = IntegrationKey.objects.filter(secret, revoked_at=None, opens=opens).first()
    if key is None:
        raise WrongKey("This key opens nothing.", "Make one on the page Keys and use that.")
    if key.used_at is None or at - key.used_at > _USED_EVERY:
        IntegrationKey.objects.filter(pk=key.pk).update(used_at=at)
    return key
