"""Shares as people read them: in percent, cut and not rounded."""

from fractions import Fraction

_SURE = 9
"""To so many places a number that was counted in binary is what it was meant to be."""


def write_share(share: Fraction | float) -> str:
    """Write a share of many things: “67%”; less than all is never 100%, nor is some 0%."""
    percent = float(share) * 100
    if percent in (0, 100) or (percent == round(percent) and 0 < percent < 100):
        return f"{percent:.0f}%"
    if percent >= 99:
        return write_uptime(share)
    return f"{max(percent, 0.1):.1f}%" if percent < 10 else f"{percent:.0f}%"


def write_uptime(share: Fraction | float, *, places: int = 3) -> str:
    """Write a share of time with as many places as an error budget needs: “99.911%”.

    100% is said of a time without a fault only.
    """
    if share in (0, 1):
        return "100%" if share else "0%"
    cut = Fraction(share) * 100 if isinstance(share, Fraction) else round(share * 100, _SURE)
    steps = min(int(cut * 10**places), 100 * 10**places - 1)
    return f"{steps / 10**places:.{places}f}%"


def write_wanted(share: float) -> str:
    """Write a share that somebody wants as they would: “99.9%”."""
    return f"{round(share * 100, _SURE):.10g}%"
