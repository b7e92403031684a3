"""Taking in what monitoring systems say: many tellings in one transaction."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from functools import partial

from django.db import transaction

from dutydesk import rows
from dutydesk.alarms.flows import opening, quieting, showing
from dutydesk.alarms.flows.cases import Case, happened, is_over, routed_by, tell
from dutydesk.alarms.flows.quieting import Quiet
from dutydesk.alarms.models import Alarm, Alert
from dutydesk.alarms.rules.routing import is_high
from dutydesk.alarms.rules.told import Notification, apart
from dutydesk.chat.flows import saying as chat
from dutydesk.journal import flows as journal
from dutydesk.kernel.subjects import subject
from dutydesk.oncall.flows import storms
from dutydesk.people import flows as people
from dutydesk.people.models import Service
from dutydesk.process import flows as process
from dutydesk.process.rules.model import Alarms


def receive(*, told: Notification, at: datetime) -> Alarm | None:
    """Store what one notification told; see `receive_all`. None if there was nothing to store."""
    return receive_all(told=[told], at=at)[0]


def receive_all(*, told: Sequence[Notification], at: datetime) -> list[Alarm | None]:
    """Store what was told; say it in the alarms' channel, and page for what is high.

    All of it is committed when this returns, or none. Telling the same again changes nothing but
    the counts. Gives the alarm of each notification, None for what resolves what nobody knew.
    """
    return opening.open_all(told=told, at=at) or _receive_all(told, at)


def _receive_all(told: Sequence[Notification], at: datetime) -> list[Alarm | None]:
    with rows.Journey() as journey, transaction.atomic():
        rules = process.in_force().alarms
        asked = quieting.asked(at=at)
        alarms: dict[int, Alarm | None] = {}
        for part in apart([one.group_key for one in told]):
            routed = {number: routed_by(told[number], rules) for number in part}
            names = {
                name for found in routed.values() for one in found for name in one.service_names
            }
            cases, services = _look([told[number] for number in part], names)
            quiet = asked()
            for number in part:
                case = cases[told[number].group_key]
                alarms[number] = tell(
                    case, told[number], routed[number], opening.number, services, at
                )
            _settle([case for case in cases.values() if case.alarm], quiet, rules, journey, at)
    return [alarms[number] for number in range(len(told))]


@transaction.atomic
def reconsider(*, alarms: Iterable[int], at: datetime) -> None:
    """Look again at firing alarms, since what silences them has changed; what is over is left."""
    rules, wanted = process.in_force().alarms, list(alarms)
    with rows.Journey() as journey:
        quiet = quieting.asked(at=at)()
        rows.lock(list(Alarm.objects.filter(pk__in=wanted).values_list("group_key", flat=True)))
        firing = Alarm.objects.filter(pk__in=wanted, state=Alarm.State.FIRING)
        cases = {one.pk: Case(one, changed=True) for one in firing.select_related("service")}
        for alert in Alert.objects.filter(alarm__in=list(cases), firing=True).order_by("id"):
            cases[alert.alarm_id].known[alert.fingerprint] = alert
        _settle(list(cases.values()), quiet, rules, journey, at)


def _settle(
    cases: Sequence[Case], quiet: Quiet, rules: Alarms, journey: rows.Journey, at: datetime
) -> None:
    """Decide, write down, show and page."""
    _decide([case for case in cases if case.changed], quiet, rules, at)
    _keep(cases, at)
    changed = [case for case in cases if case.changed]
    _show(changed, quiet, rules, at)
    if any(case.decided.pages or case.decided.ends_page or is_over(case) for case in changed):
        journey.end()
        _page(changed, at)


def _decide(cases: Sequence[Case], quiet: Quiet, rules: Alarms, at: datetime) -> None:
    """Decide for each whether it pages or is silenced. Without silences that asks nothing."""
    pairs = [(case.alarm, case.known) for case in cases if case.alarm]
    firing = quieting.firing_labels(pairs, quiet)
    paged = storms.paged_for([subject("alarm", number) for number in firing])
    for case in cases:
        if case.alarm is not None:
            case.decided = quieting.decide(
                alarm=case.alarm,
                firing=firing.get(case.alarm.pk, ()),
                quiet=quiet,
                high=partial(is_high, rules),
                wanted=case.rose,
                paged=subject("alarm", case.alarm.pk) in paged,
            )


def _look(
    told: Sequence[Notification], names: Collection[str]
) -> tuple[dict[str, Case], dict[str, Service]]:
    """Give the groups as they stand, and the services that are named.

    Tellings about one group take turns, whichever process takes them in.
    """
    cases = {one.group_key: Case() for one in told}
    rows.lock(list(cases))
    open_now = rows.run(_OPEN_NOW, [list(cases)])
    services = people.services_named(names)
    opening.reserve(len(cases))
    if firing := [key for (key,) in open_now.fetchall()]:
        _recall(cases, firing, {alert.fingerprint for one in told for alert in one.alerts})
    return cases, services()


_OPEN_NOW = "SELECT id FROM alarms_alarm WHERE state = 'firing' AND group_key = ANY(%s::text[])"


def _recall(cases: Mapping[str, Case], firing: Sequence[int], prints: set[str]) -> None:
    """Load the alarms that fire already, and those of their alerts that are told of again."""
    known: dict[int, Case] = {}
    for alarm in Alarm.objects.filter(pk__in=firing).select_related("service"):
        known[alarm.pk] = cases[alarm.group_key]
        known[alarm.pk].alarm = alarm
    for alert in Alert.objects.filter(alarm__in=firing, fingerprint__in=prints):
        known[alert.alarm_id].known[alert.fingerprint] = alert


_ALARM = (
    *(
        "state",
        "severity",
        "channel",
        "duties",
        "told_at",
        "resolved_at",
        "times_told",
        "firing_count",
    ),
    *("resolved_count", "silence_id", "silent_until", "page_held_back"),
)
_ALERT = ("firing", "starts_at", "ends_at", "labels", "annotations", "count", "told_at")


def _keep(cases: Sequence[Case], at: datetime) -> None:
    """Write the alarms and alerts down."""
    for case in cases:
        if case.alarm and not case.alarm.firing_count:
            case.alarm.state, case.alarm.resolved_at = Alarm.State.RESOLVED, at
    rows.insert([case.alarm for case in cases if case.alarm and case.raised])
    rows.update(
        [case.alarm for case in cases if case.alarm and not case.raised],
        _ALARM,
    )
    rows.insert([alert for case in cases for alert in case.new.values()])
    rows.update([alert for case in cases for alert in case.touched.values()], _ALERT)


def _show(cases: Sequence[Case], quiet: Quiet, rules: Alarms, at: datetime) -> None:
    """Show the alarms as they are now, and record what happened."""
    alarms = [case.alarm for case in cases if case.alarm]
    chat.show_all([showing.shown(alarm, quiet, rules, at) for alarm in alarms], at=at)
    happenings = [one for case in cases for one in happened(case, quiet, at)]
    journal.record_all(happenings, at=at)
    journal.stir_all([subject("alarm", alarm.pk) for alarm in alarms])


def _page(cases: Sequence[Case], at: datetime) -> None:
    """Stop paging for what is over or silenced, and page for what became high or is heard again."""
    over = [subject("alarm", case.alarm.pk) for case in cases if case.alarm and is_over(case)]
    if over:
        storms.settle_all(abouts=over, at=at, because="all its alerts are resolved")
    silenced: dict[str, list[str]] = {}
    for case in cases:
        if case.alarm and case.decided.ends_page:
            abouts = silenced.setdefault(case.decided.because, [])
            abouts.append(subject("alarm", case.alarm.pk))
    for because, abouts in silenced.items():
        storms.settle_all(abouts=abouts, at=at, because=because)
    paging = [case for case in cases if case.decided.pages and not is_over(case)]
    wanted = [showing.wanted(case.alarm, case.known.values()) for case in paging if case.alarm]
    if wanted:
        storms.page_all(wanted=wanted, at=at)
