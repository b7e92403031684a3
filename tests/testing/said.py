"""Saying in a chat outside what is owed there, as a worker's threads do, in one."""

from collections.abc import Callable
from datetime import datetime

from dutydesk.chat.flows import post_mirror
from dutydesk.ports.outside import Poster


def say_what_is_owed(*, mouth: Poster, now: Callable[[], datetime]) -> int:
    """Say one post in each channel that is owed one and may have it; give how many were said."""
    work = post_mirror.SPEAKING
    post_mirror.mirror_to(post_mirror.chat(), mouth)
    due = work.owed().filter(work.is_due(now())).order_by("due_at", "id")
    return sum(work.attempt(number, now) for number in due.values_list("pk", flat=True))
