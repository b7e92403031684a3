"""Why what was posted to us from outside is not taken."""

from dutydesk.kernel.refusals import Refused


class Forged(Refused):
    """What came is not signed by whoever it claims to be from, or was signed too long ago."""


class NobodyListens(Refused):
    """The desk doesn't follow whoever posts this."""
