"""What is said about incidents in channels and in e-mail."""

from collections.abc import Iterable
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


def limit_reached(*, about: str, title: str, limit: str) -> Message:
    """Say what is owed now that on call has worked on it for as long as is asked."""
    return Message(
        body=f"On call has worked on this for {limit}. Three things are owed now: maintenance for "
        "the service, word to the affected team, and a plan to resolve it in hours.",
        title=f"The limit is reached: {title}",
        buttons=(
            Button("incident.maintain", about, "Start maintenance", primary=True),
            Button("incident.inform", about, "Inform the team"),
            Button("incident.plan", about, "Write the plan"),
        ),
        tone="high",
    )
