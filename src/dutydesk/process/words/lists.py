"""Lists in the process's document."""

from collections.abc import Iterable


def listed(title: str, items: Iterable[str]) -> tuple[str, ...]:
    """Give a line that introduces, and each item on a line of its own."""
    return (title, *(f"• {item}" for item in items))
