"""What is promised of handovers: that they are given, and that they are accepted."""

from dutydesk.kernel.kinds import PromiseKind

GIVE = PromiseKind(
    "handover.give",
    "Give the handover: {title}",
    clause="support.day-end",
    action="handover.give",
    label="Give it",
)
ACCEPT = PromiseKind(
    "handover.accept",
    "Accept the handover: {title}",
    clause="support.day-start",
    action="handover.accept",
    label="I have it",
)
