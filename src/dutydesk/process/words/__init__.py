"""The process as a document that people read. Every line is made from the file that runs."""

from dataclasses import dataclass

from dutydesk.kernel.durations import write_duration
from dutydesk.process.rules.ask_channel import Ask, PartOfDay
from dutydesk.process.rules.model import Process
from dutydesk.process.rules.on_call import OnCall
from dutydesk.process.rules.routes import AlertRoute
from dutydesk.process.rules.tickets import TicketSection
from dutydesk.process.words import announcements, handovers, roles, routines
from dutydesk.process.words.handbook import documentation
from dutydesk.process.words.lists import listed
from dutydesk.process.words.measures import measured
from dutydesk.process.words.postmortems import postmortem_lines

_DUTIES = {
    "support": "whoever on support is online",
    "primary": "the primary on call",
    "secondary": "the secondary on call",
}


@dataclass(frozen=True)
class Chapter:
    """One heading of the document. A line with a bullet is an item of a list."""

    anchor: str
    title: str
    lines: tuple[str, ...]

    @property
    def paragraphs(self) -> list[tuple[str, list[str]]]:
        """Give each paragraph with the items of the list that follows it."""
        found: list[tuple[str, list[str]]] = []
        for line in self.lines:
            if line.startswith("• ") and found:
                found[-1][1].append(line[2:])
            else:
                found.append((line, []))
        return found


def document(process: Process) -> tuple[Chapter, ...]:
    """Give the whole process as chapters, in plain English; nothing said is no chapter."""
    chapters = (
        Chapter("hours", "Hours", _hours(process)),
        Chapter("support", "The support team", _support(process)),
        Chapter("ask", "The ask channel", _ask(process)),
        Chapter("announcements", "Announcements", announcements.rendered(process)),
        Chapter("alarms", "Alarms", _alarms(process)),
        Chapter("incidents", "Incidents", _incidents(process)),
        Chapter("priority", "Priority", _priority(process)),
        Chapter("postmortems", "Postmortems", postmortem_lines(process.postmortems)),
        Chapter("on-call", "On call", _on_call(process)),
        Chapter("handovers", "Handovers", handovers.told(process.handovers)),
        Chapter("documentation", "Documentation", documentation(process)),
        Chapter("measures", "Measures", measured(process)),
        Chapter("status-page", "Status page", _status_page(process)),
    )
    return tuple(chapter for chapter in chapters if chapter.lines)


def _hours(process: Process) -> tuple[str, ...]:
    where = " ".join(part for part in (process.place.country, process.place.subdivision) if part)
    holidays = f"; public holidays are those of {where}" if where else ""
    return (
        *listed(
            f"All times are {process.place.zone} time{holidays}.",
            (f"{clock.title}: {clock.hours}" for clock in process.clocks.values()),
        ),
        *_single_days(process),
        "Where on-call hours and working hours overlap, both cover them.",
        "Outside all of these nobody is promised: an alert waits, visibly, for the next covered "
        "minute. Out of support hours only high-priority incidents get a response, and a question "
        "is picked up first thing.",
    )


def _single_days(process: Process) -> tuple[str, ...]:
    """Say which single days are public holidays here besides, and which are none."""
    days = sorted(process.place.holidays, key=lambda one: one.on)
    said = [
        f"{one.on:%a} {one.on.day} {one.on:%b %Y}: {one.name or 'no public holiday here'}"
        for one in days
    ]
    return listed("Besides, of single days:", said) if said else ()


def _support(process: Process) -> tuple[str, ...]:
    support = process.support
    return (
        f"About {support.size} engineers are on support at a time, each for "
        f"{write_duration(support.stint)} in every {write_duration(support.every)}.",
        *routines.told(process),
    )


def _end(part: PartOfDay) -> str:
    return "24:00" if part.to_midnight else f"{part.ends:%H:%M}"


def _parts(ask: Ask) -> str:
    parts = [
        f"{part.title.lower()} {part.starts:%H:%M} to {_end(part)}" for part in ask.cover.parts
    ]
    ahead = write_duration(ask.cover.seen_ahead)
    return f": {', '.join(parts)}. A hole is seen {ahead} ahead" if parts else ""


def _tracker(ticket: TicketSection) -> str:
    if ticket.tracker == "built-in":
        return "Tickets are kept here."
    board = f", in its project “{ticket.project}”" if ticket.project else ""
    form = f", asked for by its template {ticket.template}" if ticket.template else ""
    return f"Tickets are issues of {ticket.repository} on GitHub{board}{form}."


def _ask(process: Process) -> tuple[str, ...]:
    ask, limit = process.ask, write_duration(process.ask.quick_limit)
    return (
        f"{ask.channel} is the front door: questions and reports of problems. For each period of "
        f"the day somebody is named to answer{_parts(ask)}.",
        f"Our answers are {', '.join(ask.style)}. What takes less than {limit} stays in the "
        "channel, where others find it later.",
        f"What takes longer goes on there too, and gets a ticket labelled “{ask.ticket.label}” as "
        "the record of the work; the engineer can raise it for whoever asked. It moves over the "
        f"board: {', '.join(ask.ticket.columns)}; in the last of these it is closed. "
        f"{_tracker(ask.ticket)} Of the thread it gets what somebody of the team marks with 📌.",
        *_questions(process),
    )


def _weeks(many: int) -> str:
    return "a week" if many == 1 else f"{many} weeks"


def _questions(process: Process) -> tuple[str, ...]:
    ask, late = process.ask, process.ask.unanswered
    lead = process.support.lead or "the team once more, since nobody is named to lead support"
    kinds = ", ".join(kind.title.lower() for kind in ask.kinds)
    days = "working day" if ask.silent_after == 1 else f"{ask.silent_after} working days"
    return (
        "Whoever answers first has the question, or says with 👀 that they look into it; ✅ closes "
        f"it. The {write_duration(ask.quick_limit)} count from the first answer. If nobody "
        f"answers, whoever covers is told after {write_duration(late.cover)} of support time, the "
        f"team after {write_duration(late.team)}, and after {write_duration(late.lead)} {lead}. An "
        "asker's next word owes an answer again. What nobody goes on with is told to the team each "
        f"working day for {_weeks(ask.chased_weeks)}; then closing it is offered.",
        f"A question that waits for its asker costs no time; after {days} without a word it is "
        "closed kindly, and a reply opens it again. Once it is solved we note its kind "
        f"({kinds}), and ask how our help was, nobody more often than every "
        f"{write_duration(ask.happiness.at_most_every).removeprefix('1 ')}.",
        f"{ask.burst.questions} questions within {write_duration(ask.burst.within)} that look "
        "alike are shown to the team, who may declare an incident. A post that begins with "
        f"{' or '.join(ask.no_question) or 'nothing'} is no question, nor is a greeting, a notice "
        "or a word of thanks. On doubt what is solved stays solved, and the thread says how to "
        "open it again.",
        _urgent(ask),
    )


def _urgent(ask: Ask) -> str:
    if ask.urgent is None:
        return "Out of support hours nobody is called for a question."
    times = "once" if ask.urgent.at_most == 1 else f"{ask.urgent.at_most} times"
    return (
        "Out of support hours whoever is harmed by what a question is about can page on call from "
        f"it, nobody more often than {times} within {write_duration(ask.urgent.within)}."
    )


def _alarms(process: Process) -> tuple[str, ...]:
    alarms = process.alarms
    high = " or ".join(alarms.high_severities) or "nothing"
    routes = listed(
        "The first of these that an alert matches says otherwise:", map(_route, alarms.routes)
    )
    return (
        f"An alert is high if its label severity is {high}, and else low. High alarms are shown in "
        f"{alarms.high_channel} and paged for; low ones are shown in {alarms.low_channel}. An "
        "alarm's service is the one that its label service, namespace or job names.",
        *(routes if alarms.routes else ()),
    )


def _route(route: AlertRoute) -> str:
    matches = " and ".join(
        f"{label} is {' or '.join(values)}" for label, values in route.match.items()
    )
    says = [
        f"its service is {route.service}" if route.service else "",
        f"it is {route.priority}" if route.priority else "",
        f"it is shown in {route.channel}" if route.channel else "",
        f"it pages {', then '.join(_DUTIES[duty] for duty in route.page)}" if route.page else "",
        f"its runbook is {route.runbook} if it names none" if route.runbook else "",
    ]
    name = f"{route.name}: " if route.name else ""
    told = ", ".join(filter(None, says)) or "nothing else is said of it"
    return f"{name}if {matches}, {told}."


def _incidents(process: Process) -> tuple[str, ...]:
    incidents, gathering = process.incidents, process.incidents.gathering
    return (
        "An incident starts when somebody on support says so. Whoever declares it announces it in "
        f"{process.team.channel}, and in {process.ask.channel} when users are affected. A lead is "
        f"chosen within {write_duration(incidents.lead_within)}, who investigates and calls on "
        "others.",
        *_sentences(process),
        *roles.words_of(incidents),
        "The rest of support keep three audiences informed: affected users, in the ask channel "
        f"and in their teams' own; the wider team, with {process.team.mention}; and the people "
        f"who tell senior leadership{_leaders(process)}.",
        f"The first update comes within {write_duration(incidents.first_update)}, the next ones at "
        f"most {write_duration(incidents.updates_every)} apart; each names the next.",
        *listed(
            "In a high-priority incident support gathers every "
            f"{write_duration(gathering.every).removeprefix('1 ')} and asks:",
            gathering.questions,
        ),
        "Whoever leads owes the rest of this; while nobody does, whoever has support in working "
        "hours, and out of them whoever is on call, who is told by contact methods too. Whoever "
        "takes over at the turn of the day is told what they owe from then on.",
        "When it is resolved, everybody who was told is told so; and also when what was said of it "
        "is corrected, when its priority changes, when it was declared by mistake, when it is part "
        "of another incident, and when it goes on after all, which it may within "
        f"{write_duration(incidents.reopen_within)}.",
        "A message that an engineer marks with :"
        f"{incidents.timeline_mark}: stands in the incident's timeline, and so do deploys of its "
        f"services from {write_duration(incidents.deploys_before)} before it began.",
        "Whoever takes a service out on purpose says until when, "
        f"{write_duration(incidents.maintenance.ends_within)} unless they know better; a service "
        "that is still out then, or once the incident is resolved, is asked after.",
    )


def _leaders(process: Process) -> str:
    """Say who they are, of those who are named, and of what they hear."""
    leaders = process.incidents.leaders
    named = [who.partition("@")[0] for who in leaders.who]
    heard = "of high-priority incidents" if leaders.hear_of == "high" else "of every incident"
    heard += ", by e-mail, direct message and contact methods they set" if leaders.direct else ""
    return f", {', '.join(named)}, {heard}" if named else f", {heard}"


def _sentences(process: Process) -> tuple[str, ...]:
    known = process.incidents.sentences
    patterns = [
        f"“{one.format(reason='…', impact='…')}”"
        for one in (*known.declare, *known.lead, *known.resolve)
    ]
    title = f"In {process.team.channel} an engineer may do so by writing:"
    return listed(title, patterns) if patterns else ()


def _priority(process: Process) -> tuple[str, ...]:
    return (
        *listed(
            "An incident is of high priority if any of these is true, else of normal priority:",
            (criterion.text for criterion in process.incidents.high),
        ),
        "Work on any incident begins as soon as somebody on support is available.",
    )


def _status_page(process: Process) -> tuple[str, ...]:
    page, criteria = process.status_page, process.incidents.high
    if page.shown == "off":
        return ()
    who = {"sign-in": "everybody who may sign in", "public": "everybody"}[page.shown]
    return (
        f"{page.title or process.team.name + ' status'} shows {who} how each service that users "
        "depend on is doing, our incidents with an impact on users, planned work and news: what "
        "users were told, and nothing else.",
        *listed(
            "An incident of normal priority shows as degraded, and one of high priority as the "
            "worst of these:",
            (f"{one.text}: {one.shows}" for one in criteria),
        ),
        *(f"{group.title}: {', '.join(group.services)}." for group in page.groups),
    )


def _storm(on_call: OnCall) -> str:
    storm = on_call.storm
    return (
        f"When more than {storm.more_than} alarms come for one person within "
        f"{write_duration(storm.within)}, the rest become one page that says so; the first alarm "
        "of each service keeps a page of its own."
    )


def _load(on_call: OnCall) -> str:
    health = on_call.health
    rest = ""
    if on_call.rest:
        rest = f" Between two of a person's turns lies {write_duration(on_call.rest)} at least."
    return (
        f"It is planned {write_duration(health.planned_ahead)} ahead, for at least {health.people} "
        f"people and ideally {health.people_ideally}. Nobody has {health.share_below}% of it or "
        f"more; {health.share_ideally}% at most is ideal.{rest}"
    )


def _told_before(on_call: OnCall) -> str:
    if on_call.tell_before is None:
        return "The team is told when another has a duty."
    before = write_duration(on_call.tell_before)
    return f"Everybody is told {before} before a turn of theirs begins, and the team when it does."


def _on_call(process: Process) -> tuple[str, ...]:
    on_call, new = process.on_call, process.on_call.newcomers
    return (
        f"A turn on call lasts {write_duration(on_call.turn.length)} and starts on "
        f"{on_call.turn.starts}. Somebody with fewer than {new.new_below} finished turns is new, "
        f"and has a secondary with at least {new.experienced_from}.",
        _load(on_call),
        *listed(
            "For a high-priority alert we page, in this order, "
            f"{write_duration(on_call.acknowledge_within)} apart until somebody answers:",
            (_DUTIES[duty] for duty in on_call.order),
        ),
        "Everybody is called by the contact methods that they verified, and rehearses that within "
        f"{write_duration(on_call.rehearse_ahead)} before their first shift. Somebody who has a "
        "page may be asked again later, within "
        f"{write_duration(on_call.snooze_at_most)} and their shift.",
        _told_before(on_call),
        f"On call works on a high-priority incident for up to {write_duration(on_call.limit)}. If "
        "it is not resolved by then, the service goes into maintenance, the affected team is told, "
        "and a plan to resolve it in hours is written. Somebody may decide that it gets more time, "
        "and says why; a second time, somebody other than whoever works on it. When working hours "
        "open it is support's, with the plan.",
        _storm(on_call),
    )
