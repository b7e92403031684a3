"""What a text may do in a channel. Pure."""

import re

# Slack's way of writing them, and everybody's.
_CALL = r"(?:<!(?:here|channel|everyone)(?:\|[^>]*)?>|(?<![\w.+-])@(?:here|channel|everyone)\b)"
_NOTIFIER = re.compile(rf"^{_CALL}[^\S\n]*|[^\S\n]*{_CALL}", re.IGNORECASE | re.MULTILINE)


def without_notifiers(text: str) -> str:
    """Give a text without what would call everybody in a channel. Clause announce.no-notifiers."""
    return _NOTIFIER.sub("", text)
