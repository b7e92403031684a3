"""What a look at the desk's health finds."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Check:
    """One thing that was looked at. `remedy` is empty when it is well.

    What isn't `vital` is said, and the desk counts as well without it. `public` is what strangers
    are told, where what it says names what is the team's own.
    """

    name: str
    well: bool
    says: str
    remedy: str = ""
    vital: bool = True
    public: str = ""
