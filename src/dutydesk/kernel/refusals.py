"""A named “no”: why, and what to do instead."""


class Refused(Exception):
    """The desk won't do this. Raised by name in subclasses; shown only to the person who asked.

    `reason` says what is in the way, `remedy` what to do about it; both are whole sentences.
    """

    def __init__(self, reason: str, remedy: str) -> None:
        """Keep both sentences; `str()` gives them as one text."""
        super().__init__(f"{reason} {remedy}")
        self.reason = reason
        self.remedy = remedy


class ChangedMeanwhile(Refused):
    """Somebody else changed it after the form was opened. What was typed is kept.

    Whoever sends the form again has seen what changed: it then counts from there.
    """
