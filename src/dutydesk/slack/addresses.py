"""Where Slack posts: paths that are asked before Django, and so are no routes of it."""

EVENTS = "/slack/events"
INTERACTIONS = "/slack/interactions"
COMMANDS = "/slack/commands"
