"""Writing to one person alone in the chat outside."""

from dutydesk.kernel.kinds import MessageKind

DIRECT = MessageKind("direct-message", "the chat outside", setting="DUTYDESK_SLACK_BOT_TOKEN")
"""For the account that its payload names. With `replaces`, the key of an earlier one, that one is
changed where it stands, and nothing new is said."""
