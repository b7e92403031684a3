"""What alarms promise: nobody's duty but the desk's own, except for who made a silence."""

from dutydesk.kernel.kinds import PromiseKind

DOUBT = PromiseKind("alarm.doubt")
AGAIN = PromiseKind("alarm.again")
SILENCE = PromiseKind("silence")
HEARTBEAT = PromiseKind("heartbeat", "The heartbeat {name} pings")
