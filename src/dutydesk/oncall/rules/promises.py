"""What on call promises."""

from dutydesk.kernel.kinds import PromiseKind

ACKNOWLEDGE = PromiseKind(
    "page.acknowledge", "{name} answers the page about {title}", clause="oncall.escalate"
)
HELD = PromiseKind("page.held", "Page somebody about {title}", clause="hours.closed")
WORK = PromiseKind("page.work", "{name} does something about {title}", clause="oncall.respond")
OF_A_PAGE = (ACKNOWLEDGE, HELD, WORK)
REHEARSE = PromiseKind(
    "oncall.rehearse",
    "{name} rehearses a page before the first shift",
    clause="oncall.respond",
)
