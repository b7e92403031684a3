"""What is said about incidents in channels and in e-mail."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from dutydesk.chat.rules import title_of
from dutydesk.incidents.rules.owners import Owner
from dutydesk.incidents.rules.situation import Situation, statements
from dutydesk.kernel.durations import write_duration
from dutydesk.kernel.kinds import PromiseKind
from dutydesk.kernel.messages import Button, Message, calling_nobody
from dutydesk.kernel.moments import when
from dutydesk.process.rules.limits import OnCallWords


def announcement(
    *,
    about: str,
    title: str,
    high: bool,
    services: Iterable[str],
    lead: str,
    by: str,
    next_due: str,
) -> Message:
    """Announce an incident; the post is rewritten in place as things change."""
    kind = "High-priority incident" if high else "Incident"
    facts = [("Services", ", ".join(services) or "not known yet"), ("Lead", lead or "nobody yet")]
    if next_due:
        facts.append(("Next update", next_due))
    buttons = [Button("incident.show", about, "See the incident")]
    if not lead:
        buttons.insert(0, Button("incident.take-lead", about, "I'll lead", primary=True))
    return Message(
        body=f"{by} declared an incident.",
        title=f"{kind}: {title}",
        facts=tuple(facts),
        buttons=tuple(buttons),
        tone="high" if high else "soon",
    )


def worsened(*, about: str, title: str, titles: str, name: str) -> Message:
    """Tell the lead that something new fires in the incident's alarm; they are named first."""
    return Message(
        body=f"{name}, this began to fire in the incident's alarm: {calling_nobody(titles)}. "
        "Nobody else is paged for it while the incident goes on.",
        title="New alert in an incident",
        facts=(("Incident", title),),
        buttons=(Button("incident.show", about, "See the incident"),),
        tone="high",
    )


def worsened_letter(*, name: str, title: str, titles: str, link: str) -> tuple[str, str]:
    """Give the subject and body of the e-mail that tells the lead the same."""
    body = (
        f"{name}, this began to fire in the alarm of “{title}”:\n\n{titles}\n\nNobody else is "
        f"paged for it while the incident goes on.\n{link}\n"
    )
    return f"New alert in an incident: {titles}"[:200], body


def still_fires(titles: Iterable[str], again: str) -> str:
    """Say what still fires though its incident is resolved, and when it pages again."""
    listed = calling_nobody("; ".join(titles))
    return f"Still firing: {listed}. It pages again {again}, unless it is over by then."


def counting(message: Message, *, limit: str, due_at: datetime) -> Message:
    """Give an announcement that counts down to on call's limit."""
    facts = (*message.facts, ("On call's limit", limit))
    return replace(message, facts=facts, counts_to=due_at.isoformat())


def title_of_post(said: Message) -> str:
    """Give what a post is called: its title, else its first words."""
    return title_of(said.title or said.body, 190)


def over_before(repaired: str) -> str:
    """Say that an incident was over before anybody declared it."""
    return f"It was over before it was declared: users had it back {repaired}."


def impact(*, title: str, text: str) -> Message:
    """Say what an incident means for those who are affected."""
    return Message(f"The impact is that {text}.", title=f"Impact: {title}", tone="announcement")


def belongs(*, about: str, title: str) -> Message:
    """Say in a question's thread which incident it belongs to."""
    return Message(
        body=f"This belongs to an incident: {title}",
        buttons=(Button("incident.show", about, "See the incident"),),
        tone="soon",
    )


def belongs_no_more(*, about: str, title: str) -> Message:
    """Say in the same place that it doesn't after all."""
    return Message(
        body=f"This doesn't belong to the incident after all: {title}",
        buttons=(Button("incident.show", about, "See the incident"),),
    )


def over(*, about: str, title: str, services: Iterable[str], text: str, ended: str) -> Message:
    """Say in the announcement's place that it is over: resolved, a mistake, or merged."""
    return Message(
        body=text,
        title=f"{ended[0].upper()}{ended[1:]}: {title}",
        facts=(("Services", ", ".join(services) or "not known"),),
        buttons=(Button("incident.show", about, "See the incident"),),
        tone="kept",
    )


def update(
    *, title: str, text: str, next_at: datetime | None, zone: ZoneInfo, now: datetime
) -> Message:
    """Tell an update, and when the next one comes."""
    if next_at is None:
        return Message(text, title=f"Resolved: {title}", tone="kept")
    facts = (("Next update", when(next_at, zone, now)),)
    return Message(text, title=f"Update: {title}", facts=facts, tone="announcement")


def owed_by(owner: Owner, zone: ZoneInfo, now: datetime) -> str:
    """Say who owes something, or that nobody is there who does, and until when."""
    if owner.name:
        return f"{owner.name}, {owner.role}"
    said = "nobody is on"
    if owner.coming is not None:
        said += f" until {when(owner.coming.at, zone, now)}, then {owner.coming.name}"
    return said


def addressed(text: str, owner: Owner, zone: ZoneInfo, now: datetime, *, mention: str) -> str:
    """Say a text to whoever has to act, named first; to the whole team if that is nobody."""
    if owner.name:
        return f"{owner.name}: {text}"
    said = owed_by(owner, zone, now)
    return " ".join(filter(None, (text, mention, f"{said[0].upper()}{said[1:]}.")))


def gather(
    *, about: str, title: str, call: str, questions: Iterable[str], expected: Sequence[str]
) -> Message:
    """Call people together with `call`, by name, and with what to ask."""
    asked = "\n".join(f"• {question}" for question in questions)
    return Message(
        body=f"{call}\n{asked}",
        title=f"Gathering: {title}",
        facts=(("Expected", ", ".join(expected) or "nobody is in it yet"),),
        buttons=(
            Button("incident.gather", about, "Record what was decided", primary=True),
            Button("incident.skip-gathering", about, "Leave it out…"),
        ),
        tone="soon",
    )


def reminder(*, about: str, text: str, owner: str, kind: PromiseKind, late: bool) -> Message:
    """Remind of something owed, and who owes it, with the button that does it."""
    return Message(
        body=text,
        title="Overdue" if late else "Due soon",
        facts=(("Owed by", owner),),
        buttons=(Button(kind.action, about, kind.label, primary=True),),
        tone="high" if late else "soon",
    )


def limit_reached(
    *, about: str, title: str, limit: str, owed: Sequence[PromiseKind], since: str = ""
) -> Message:
    """Say what is still owed after on call worked on it for as long as is asked.

    `owed` are the kinds of it; `since` says why nothing is, unless it is done.
    """
    worked = f"On call has worked on this for {limit}."
    if since or not owed:
        done = since or "Maintenance, word to the team and a plan: all of it is done."
        return Message(f"{worked} {done}", title=f"The limit was reached: {title}", tone="kept")
    listed = "; ".join(kind.short for kind in owed)
    buttons = [
        Button(kind.action, about, kind.label, primary=number == 0)
        for number, kind in enumerate(owed)
    ]
    return Message(
        body=f"{worked} Owed now: {listed}. If it is worth going on, somebody decides so and says "
        "why.",
        title=f"The limit is reached: {title}",
        buttons=(*buttons, Button("incident.more-time", about, "More time…")),
        tone="high",
    )


def more_time(*, about: str, title: str, by: str, amount: str, reason: str, until: str) -> Message:
    """Say who gave on call more time for an incident, why, and until when."""
    return Message(
        body=f"{by} gives it {amount} more, because: {reason}",
        title=f"More time: {title}",
        facts=(("On call's limit", until),),
        buttons=(Button("incident.show", about, "See the incident"),),
        tone="soon",
    )


def taken_over(
    *,
    about: str,
    title: str,
    worker: str,
    plan: str,
    out: Iterable[str],
    left: Iterable[str],
) -> Message:
    """Say first thing in the working day that an incident is support's now, with the plan."""
    was = f"{worker} worked on it out of hours. " if worker else ""
    facts = [("In maintenance", ", ".join(out) or "nothing")]
    missing = "; ".join(left)
    if missing:
        facts.append(("Was not done", missing))
    return Message(
        body=f"{was}From now on it is support's.\n\n"
        + (f"The plan: {plan}" if plan else "No plan was written."),
        title=f"Open from the night: {title}",
        facts=tuple(facts),
        buttons=(
            Button("incident.take-lead", about, "I'll lead", primary=True),
            Button("incident.show", about, "See the incident"),
        ),
        tone="announcement" if plan else "high",
    )


def informed(wordings: OnCallWords, now: Situation, *, zone: ZoneInfo, at: datetime) -> str:
    """Say to the affected team what is so, in the process's words. Clause oncall.inform."""
    filled = {
        "service": ", ".join(now.services or now.out) or "one of our services",
        "since": when(now.since, zone, at).removeprefix("on "),
        "limit": write_duration(now.worked or timedelta()),
        "out": ", ".join(now.out),
        "next": when(now.takeover, zone, at) if now.takeover else "",
        "update": when(now.update, zone, at) if now.update else "",
    }
    said = {**vars(wordings.so_far), "inform": wordings.inform}
    return " ".join(said[one].format(**filled) for one in statements(now))


def maintenance(
    *, about: str, service: str, by: str, reason: str, until: str, quiet: bool, back: str
) -> Message:
    """Say that a service is out on purpose, and in the same place that it is back."""
    if back:
        return Message(back, title=f"Back from maintenance: {service}", tone="kept")
    because = f" because of: {reason}" if reason else "."
    says = {"Expected back": until, "Its alarms": "quiet until it is back" if quiet else ""}
    facts = tuple((name, value) for name, value in says.items() if value)
    return Message(
        body=f"{by} took it out{because}",
        title=f"In maintenance: {service}",
        facts=facts,
        buttons=(
            Button("maintenance.end", about, "Put it back"),
            Button("maintenance.move", about, "Another end…"),
        ),
        tone="soon",
    )


def public_message(service: str) -> str:
    """Give what the maintenance page says if nobody wrote anything else."""
    return f"We took {service} offline while we put something right. We are sorry for the trouble."


def switch_failed(*, about: str, text: str, for_good: bool) -> Message:
    """Say that a webhook or a command did not take a service out, or put it back."""
    rest = "It is not tried again." if for_good else "It is tried again until it is heard."
    return Message(
        body=f"{text} {rest} The service's gate, where there is one, is switched all the same.",
        title="Maintenance was not heard",
        buttons=(Button("service.show", about, "See the service", primary=True),),
        tone="high",
    )


def switch_heard(*, about: str, text: str) -> Message:
    """Say in the same place that it was heard after all."""
    return Message(body=text, title="Maintenance was heard", tone="kept")
