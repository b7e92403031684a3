"""What the desk sends to Slack beside posts, apart from what sends it and needs its client."""

from dutydesk.kernel.kinds import MessageKind

_SETTING = "DUTYDESK_SLACK_BOT_TOKEN"
REPLY = MessageKind("slack.reply", "Slack", setting=_SETTING)
HOME = MessageKind("slack.home", "Slack", setting=_SETTING, latest_only=True)
GROUP = MessageKind("slack.group", "Slack", setting=_SETTING, latest_only=True)
TOPIC = MessageKind("slack.topic", "Slack", setting=_SETTING, latest_only=True)
