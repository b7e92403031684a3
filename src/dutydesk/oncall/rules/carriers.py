"""The outbox messages by which people are reached."""

from dutydesk.kernel.kinds import MessageKind
from dutydesk.oncall.rules.notification_rules import Carrier
from dutydesk.ports.contact_methods import CONTACT_METHOD
from dutydesk.ports.delivery import MAIL

MENTION = MessageKind("mention", "the chat")
CARRIERS: dict[Carrier, MessageKind] = {"email": MAIL, "method": CONTACT_METHOD, "mention": MENTION}
