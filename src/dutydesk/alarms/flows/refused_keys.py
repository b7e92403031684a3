"""Telling the team that what a sender with a good key posts is refused, until it is well again.

Senders mostly never repeat what was refused: an alert in it is lost, and nobody else sees that.
"""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Max

from dutydesk.alarms import words
from dutydesk.alarms.flows.alert_arrivals import ALERTS
from dutydesk.alarms.models import IntegrationKey
from dutydesk.alarms.rules.telling_place import source_of
from dutydesk.chat.flows import desk_posts
from dutydesk.inbox.flows import refusals
from dutydesk.inbox.models import Arrival, RefusedRequest
from dutydesk.kernel.addresses import INTAKE, INTAKE_EVENTS
from dutydesk.process.flows import process

WELL_AFTER = timedelta(minutes=30)
"""A sender is well when something of it was kept, and nothing was refused for so long before."""
AGAIN = timedelta(days=1)
"""Of one that is still refused, the team is told again after so long; and no word lasts longer."""
_LOOKED_BACK = timedelta(hours=1)


@transaction.atomic
def look_after(*, at: datetime) -> None:
    """Tell the team of each key once what is wrong with its requests, and when that is over."""
    refused = refusals.lately(at=at, doors=ALERTS.doors)
    last = {one.sender: one for one in reversed(refused) if one.sender and one.last_at > at - AGAIN}
    told = IntegrationKey.objects.filter(refused_since__isnull=False)
    if not last and not told.exists():
        return
    mine = IntegrationKey.objects.select_for_update().order_by("pk")
    keys = list(mine.filter(name__in=last) | mine.filter(refused_since__isnull=False))
    kept = _kept_of(keys, last, at)
    for key in keys:
        _look_at(key, last.get(key.name), kept.get(source_of(key.pk)), at)


def _kept_of(
    keys: Collection[IntegrationKey], last: Mapping[str, RefusedRequest], at: datetime
) -> dict[str, datetime]:
    """Give by source when something was kept last, if lately; of keys that may be well by now."""
    since = {key: last[key.name].last_at for key in keys if key.name in last}
    quiet = {key.pk: one for key, one in since.items() if one <= at - WELL_AFTER}
    if not quiet:
        return {}  # It reads all that came lately, which may be much.
    mine = Arrival.objects.filter(source__in=[source_of(key) for key in quiet])
    near = mine.filter(at__gt=max(min(quiet.values()), at - _LOOKED_BACK)).order_by("source")
    return dict(near.values_list("source").annotate(Max("at")))


def _look_at(
    key: IntegrationKey, last: RefusedRequest | None, kept: datetime | None, at: datetime
) -> None:
    over = _over(key, last, kept, at)
    if over:
        _end_word(key, over, at)
    elif last is not None and (key.refused_since is None or key.refused_since <= at - AGAIN):
        _end_word(key, "It still was a day later, which is said anew", at)
        key.refused_since = at
        door = INTAKE_EVENTS if last.door == "events" else f"{INTAKE}{last.door}/"
        desk_posts.say(
            key=_post_key(key),
            channel=process.in_force().team.channel,
            message=words.key_refused(key=key.name, door=door, reason=last.reason),
            at=at,
        )
    key.save(update_fields=["refused_since"])


def _end_word(key: IntegrationKey, because: str, at: datetime) -> None:
    """Say in the post that a key's requests were refused, if there is one, that this is over."""
    if key.refused_since is not None:
        message = words.key_well(key=key.name, because=because)
        desk_posts.rewrite(key=_post_key(key), message=message, at=at)
        key.refused_since = None


def _over(
    key: IntegrationKey, last: RefusedRequest | None, kept: datetime | None, at: datetime
) -> str:
    """Say why nothing is wrong with a key, or not any more; empty while something is."""
    if key.revoked_at is not None:
        return "Its key is revoked"
    if last is None:
        return "Nothing of it was refused for a day"
    if kept is not None and kept > last.last_at:
        return "What it sends is taken again"
    return ""


def _post_key(key: IntegrationKey) -> str:
    return f"{source_of(key.pk)}:refused:{key.refused_since:%Y%m%dT%H%M%S}"
