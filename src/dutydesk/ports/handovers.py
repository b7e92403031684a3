"""The posts of handovers, for rooms below that tell people what they take over."""

from collections.abc import Collection
from datetime import datetime
from typing import Protocol


class HandoverPosts(Protocol):
    """Knows what handovers' own posts say."""

    def tells(
        self, engineer: int, promises: Collection[int], *, since: datetime, at: datetime
    ) -> bool:
        """Say whether a post tells somebody that these promises are theirs from `since` on."""
        ...
