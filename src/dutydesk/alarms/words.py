"""What an alarm looks like in a channel."""

from dutydesk.kernel.messages import Button, Message, Tone


def alarm(
    *,
    about: str,
    title: str,
    high: bool,
    counts: tuple[int, int],
    service: str,
    runbook: str,
    description: str,
    silenced: str = "",
) -> Message:
    """Give the alarm as it stands; later words replace earlier ones.

    `counts`: how many of its alerts fire, and how many are resolved.
    """
    firing, resolved = counts
    now = f"{firing} firing" + (f", {resolved} resolved" if resolved else "")
    facts = [("Alerts", now)] if firing else [("Alerts", f"all {resolved} resolved")]
    if service:
        facts.append(("Service", service))
    if runbook:
        facts.append(("Runbook", runbook))
    if silenced:
        facts.append(("Silenced", silenced))
    declare = Button("incident.declare", about, "Declare incident")
    buttons = (declare, Button("alarm.silence", about, "Silence …")) if firing else ()
    tone: Tone = "plain" if silenced else "high" if high else "soon"
    return Message(
        body=description or ("Firing." if firing else "Resolved."),
        title=title if firing else f"Resolved: {title}",
        facts=tuple(facts),
        buttons=buttons,
        tone=tone if firing else "kept",
    )


def silence_turns(*, title: str, ends: bool) -> str:
    """Say what is owed when a silence's time comes or is over."""
    return f"The silence of {title} {'ends' if ends else 'begins'}"
