"""What an incident promises: what, by which clause, and the button by which it is kept."""

from dutydesk.kernel.kinds import PromiseKind

UPDATE = PromiseKind(
    "incident.update",
    "The next update about “{title}”",
    clause="announce.commitment",
    action="incident.update",
    label="Write the update",
)
LEAD_CHOICE = PromiseKind(
    "incident.lead",
    "Choose who leads “{title}”",
    clause="incident.lead",
    action="incident.take-lead",
    label="I'll lead",
)
GATHERING = PromiseKind(
    "incident.gathering",
    "Gather about “{title}”",
    clause="incident.hourly",
    action="incident.gather",
    label="Record what was decided",
)
HELP = PromiseKind(
    "incident.help",
    "See that those who were called on for “{title}” answer",
    clause="incident.lead",
    action="incident.call-on",
    label="Call on others",
)
ROLE_HANDOVER = PromiseKind(
    "incident.role-handover",
    "Hand over communications in “{title}”",
    clause="support.day-end",
    action="incident.give-role",
    label="Give it to somebody",
)
"""Owed by its holder, by name, once their turn is over."""
LIMIT = PromiseKind("incident.limit", "On call's limit for “{title}”", clause="oncall.limit")
TAKEOVER = PromiseKind(
    "incident.takeover", "Take over “{title}” from on call", clause="oncall.plan"
)
MAINTENANCE = PromiseKind(
    "incident.maintenance",
    "Put the service into maintenance",
    short="maintenance for the service",
    clause="oncall.maintenance",
    action="incident.maintain",
    label="Start maintenance",
)
INFORM = PromiseKind(
    "incident.inform",
    "Inform the affected team",
    short="word to the affected team",
    clause="oncall.inform",
    action="incident.inform",
    label="Inform the team",
)
PLAN = PromiseKind(
    "incident.plan",
    "Write a plan to resolve it in hours",
    short="a plan to resolve it in hours",
    clause="oncall.plan",
    action="incident.plan",
    label="Write the plan",
)
MAINTENANCE_END = PromiseKind(
    "incident.maintenance-end",
    "Put {service} back from maintenance{why}",
    clause="oncall.maintenance",
    action="maintenance.end",
    label="Put it back",
)

HANDOVER = PromiseKind("duty.handover", "Hand over what is owed", clause="support.day-end")
"""Owed by the desk itself: whoever takes over is told what they owe from then on."""

AFTER_LIMIT = (MAINTENANCE, INFORM, PLAN)
"""What is owed, each about one incident, once on call has worked on it for long enough."""
KINDS = (UPDATE, LEAD_CHOICE, GATHERING, HELP, LIMIT, TAKEOVER, *AFTER_LIMIT, MAINTENANCE_END)
