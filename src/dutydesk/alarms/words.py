"""What an alarm looks like in a channel."""

from dutydesk.kernel.messages import Button, Message


def alarm(
    *,
    about: str,
    title: str,
    high: bool,
    firing: int,
    resolved: int,
    service: str,
    runbook: str,
    description: str,
) -> Message:
    """Give the alarm as it stands; later words replace earlier ones."""
    counts = f"{firing} firing" + (f", {resolved} resolved" if resolved else "")
    facts = [("Alerts", counts)] if firing else [("Alerts", f"all {resolved} resolved")]
    if service:
        facts.append(("Service", service))
    if runbook:
        facts.append(("Runbook", runbook))
    buttons = (Button("incident.declare", about, "Declare incident"),) if firing else ()
    return Message(
        body=description or ("Firing." if firing else "Resolved."),
        title=title if firing else f"Resolved: {title}",
        facts=tuple(facts),
        buttons=buttons,
        tone=("high" if high else "soon") if firing else "kept",
    )
