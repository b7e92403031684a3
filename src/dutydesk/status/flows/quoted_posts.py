"""What subscribers were told of incidents that quote people's posts: it follows what is taken back.

The page itself shows the incidents as they are now.
"""

from datetime import datetime

from dutydesk.chat.flows.quotations import Quoter, naming, retell_posts
from dutydesk.chat.models import Post
from dutydesk.chat.rules import Retelling
from dutydesk.incidents.flows import quoted_posts
from dutydesk.outbox.flows import outbox


def _follow(post: Post, retelling: Retelling, at: datetime) -> None:
    """Take it out of the posts in subscribed channels, and of what was sent by mail."""
    if not retelling.gone:
        return
    for incident in quoted_posts.concerned(post):
        key = f"status:incident-{incident.pk}-"
        retell_posts(naming(post, retelling, [key]), retelling, at)
        outbox.retell_keyed(begins=key, leaves=retelling.leaves)


QUOTER = Quoter("status", _follow)
