"""What handovers' posts say of what people take over, for rooms that tell them so themselves."""

from collections.abc import Collection
from datetime import datetime

from dutydesk.commitments.models import Commitment
from dutydesk.handovers.flows import drafts, posts, present_facts
from dutydesk.handovers.models import Handover


class DutyPosts:
    """Answers whether a post says it already."""

    def tells(
        self, engineer: int, promises: Collection[int], *, since: datetime, at: datetime
    ) -> bool:
        """Say whether a post tells somebody that these promises are theirs from then on.

        The record is read again first, so that the post has what was promised a moment ago.
        """
        keys = {
            present_facts.promise_key(one) for one in Commitment.objects.filter(pk__in=promises)
        }
        then = Handover.objects.filter(due_at=since, state__in=["draft", "given", "accepted"])
        return any(
            found.takers[:1] == [engineer]
            and posts.root(found) is not None
            and keys <= {line.key for line in posts.shown(found)}
            for found in (drafts.renew(one, at) for one in then.select_for_update())
        )
