"""What is said about incidents in channels and in e-mail."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from dutydesk.kernel.messages import Button, Message
from dutydesk.kernel.moments import when


def announcement(
    *,
    about: str,
    title: str,
    high: bool,
    services: Iterable[str],
    lead: str,
    by: str,
    next_due: str,
    mention: str,
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
        body=f"{mention} {by} declared an incident.".strip(),
        title=f"{kind}: {title}",
        facts=tuple(facts),
        buttons=tuple(buttons),
        tone="high" if high else "soon",
    )


def worsened(*, about: str, title: str, titles: str, name: str) -> Message:
    """Tell the lead that something new fires in the incident's alarm; they are named first."""
    return Message(
        body=f"{name}, this began to fire in the incident's alarm: {titles}. Nobody else is paged "
        "for it while the incident goes on.",
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
    listed = "; ".join(titles)
    return f"Still firing: {listed}. It pages again {again}, unless it is over by then."


def counting(message: Message, *, limit: str, due_at: datetime) -> Message:
    """Give an announcement that counts down to on call's limit."""
    facts = (*message.facts, ("On call's limit", limit))
    return replace(message, facts=facts, counts_to=due_at.isoformat())


def over(*, about: str, title: str, services: Iterable[str], text: str) -> Message:
    """Say in the announcement's place that it is resolved."""
    return Message(
        body=text,
        title=f"Resolved: {title}",
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


def letter(*, title: str, text: str, next_due: str, link: str) -> tuple[str, str]:
    """Give the subject and body of what those who tell senior leadership get."""
    following = f"The next update comes {next_due}.\n" if next_due else ""
    return f"Incident: {title}", f"{text}\n\n{following}{link}\n"


def gather(*, about: str, title: str, questions: Iterable[str], mention: str) -> Message:
    """Call the support team together, with what to ask."""
    asked = "\n".join(f"• {question}" for question in questions)
    return Message(
        body=f"{mention} Time to gather about this.\n{asked}",
        title=f"Gathering: {title}",
        buttons=(Button("incident.gather", about, "Record what was decided", primary=True),),
        tone="soon",
    )


def reminder(*, about: str, text: str, action: str, label: str, late: bool) -> Message:
    """Remind of something owed, with the button that does it."""
    return Message(
        body=text,
        title="Overdue" if late else "Due soon",
        buttons=(Button(action, about, label, primary=True),),
        tone="high" if late else "soon",
    )


_AFTER_LIMIT = {
    "incident.maintenance": (
        "maintenance for the service",
        "incident.maintain",
        "Start maintenance",
    ),
    "incident.inform": ("word to the affected team", "incident.inform", "Inform the team"),
    "incident.plan": ("a plan to resolve it in hours", "incident.plan", "Write the plan"),
}


def limit_reached(
    *, about: str, title: str, limit: str, owed: Iterable[str], since: str = ""
) -> Message:
    """Say what is still owed after on call worked on it for as long as is asked.

    `owed` are the kinds of it; `since` says why nothing is, unless it is done.
    """
    left = [_AFTER_LIMIT[kind] for kind in owed]
    worked = f"On call has worked on this for {limit}."
    if since or not left:
        done = since or "Maintenance, word to the team and a plan: all of it is done."
        return Message(f"{worked} {done}", title=f"The limit was reached: {title}", tone="kept")
    listed = "; ".join(text for text, _, _ in left)
    buttons = [
        Button(action, about, label, primary=number == 0)
        for number, (_, action, label) in enumerate(left)
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
    *, about: str, title: str, worker: str, plan: str, out: Iterable[str], left: Iterable[str]
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


def informed(wording: str, *, services: Iterable[str], limit: str, next_: str) -> str:
    """Fill in the process's wording for the affected team. Clause oncall.inform."""
    named = ", ".join(services) or "the service"
    return wording.format(service=named, limit=limit, next=next_)


def maintenance(
    *, about: str, service: str, by: str, reason: str, until: str, back: str
) -> Message:
    """Say that a service is out on purpose, and in the same place that it is back."""
    if back:
        return Message(back, title=f"Back from maintenance: {service}", tone="kept")
    because = f" because of: {reason}" if reason else "."
    facts = (("Expected back", until),) if until else ()
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
