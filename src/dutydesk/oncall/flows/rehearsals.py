"""Rehearsals before a first shift: asked for, done, and told of when they are not."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from dutydesk.chat.flows import desk_posts
from dutydesk.commitments.flows import commitments
from dutydesk.commitments.flows.commitments import CommitmentDue
from dutydesk.commitments.models import Commitment
from dutydesk.commitments.rules import Promise
from dutydesk.database import rows
from dutydesk.kernel.addresses import path_to
from dutydesk.kernel.subjects import number_of, subject
from dutydesk.oncall import words
from dutydesk.oncall.rules.notification_rules import rehearse_by
from dutydesk.oncall.rules.promises import REHEARSE
from dutydesk.people.models import Engineer
from dutydesk.process.flows import process
from dutydesk.rota.flows import notices

_ON_CALL = ["primary", "secondary"]


def look_after(*, at: datetime) -> bool:
    """Ask whoever is soon on call for the first time to rehearse; give whether anybody was asked.

    Cheap when nobody is: one query. Workers may do this at the same time. Clause oncall.respond.
    """
    return any([_ask(engineer, at) for engineer in _first_timers(at)])


# Asked every few seconds, for as long as the desk runs.
_FIRST = """
SELECT soon.engineer_id, min(soon.start)
FROM rota_shift AS soon JOIN people_engineer AS engineer ON engineer.id = soon.engineer_id
WHERE soon.duty = ANY(%(duties)s) AND soon.cancelled_at IS NULL AND engineer.active
    AND soon.start > %(at)s AND soon.start <= %(until)s
    AND NOT EXISTS (
        SELECT FROM rota_shift AS before
        WHERE before.engineer_id = soon.engineer_id AND before.duty = ANY(%(duties)s)
            AND before.cancelled_at IS NULL AND before.start <= %(at)s
    )
    AND NOT EXISTS (
        SELECT FROM oncall_page AS page
        WHERE page.only_id = soon.engineer_id AND page.acknowledged_at IS NOT NULL
    )
GROUP BY soon.engineer_id
"""


def _shifts(at: datetime, ahead: timedelta) -> dict[int, datetime]:
    """Give the first shifts that begin within `ahead`, of whoever had none and never rehearsed."""
    asked = {"duties": list(_ON_CALL), "at": at, "until": at + ahead}
    return dict(rows.run(_FIRST, asked).fetchall())


def _first_timers(at: datetime) -> list[tuple[Engineer, datetime]]:
    starts = _shifts(at, process.in_force().on_call.rehearse_ahead)
    if not starts:
        return []
    names = {subject("rehearsal", pk): pk for pk in starts}
    asked = Commitment.objects.filter(kind=REHEARSE, subject__in=names).exclude(state="withdrawn")
    for name in asked.values_list("subject", flat=True):
        starts.pop(names[name], None)
    engineers = Engineer.objects.filter(pk__in=starts).select_related("account")
    return [(engineer, starts[engineer.pk]) for engineer in engineers]


@transaction.atomic
def _ask(who: tuple[Engineer, datetime], at: datetime) -> bool:
    engineer, shift = who
    name = subject("rehearsal", engineer.pk)
    Engineer.objects.select_for_update().get(pk=engineer.pk)  # Two workers take turns.
    if Commitment.objects.filter(kind=REHEARSE, subject=name, made_at__gte=at).exists():
        return False
    by = rehearse_by(at=at, shift=shift)
    message = words.please_rehearse(
        name=engineer.name,
        shift=shift,
        by=by,
        page=name,
        now=at,
        zone=process.in_force().zone,
        link=settings.BASE_URL + path_to("contact-methods"),
    )
    notices.tell(engineer, message, key=f"{name}:{shift.isoformat()}", at=at)
    commitments.promise(
        kind=REHEARSE,
        subject=name,
        owner=engineer.name,
        text=REHEARSE.says(name=engineer.name),
        times=Promise(due_at=by),
        at=at,
    )
    return True


def due(*, event: CommitmentDue, at: datetime) -> None:
    """Tell the team of somebody who has not rehearsed, unless their shift is no more."""
    if commitments.still_owed(event) is None:
        return
    engineer = Engineer.objects.get(pk=number_of(event.subject, "rehearsal"))
    current = process.in_force()
    shift = _shifts(at - timedelta(seconds=1), timedelta(days=2)).get(engineer.pk)
    if shift is None:
        commitments.withdraw(kind=REHEARSE, subject=event.subject, at=at)
        return
    commitments.miss(kind=REHEARSE, subject=event.subject, at=at)
    message = words.not_rehearsed(
        name=engineer.name, shift=shift, mention=current.team.mention, now=at, zone=current.zone
    )
    key = f"{event.subject}:{shift.isoformat()}:missed"
    desk_posts.say(key=key, channel=current.team.channel, message=message, at=at)
