"""What users were told, newest first, as an Atom feed."""

from collections.abc import Iterable
from datetime import datetime

from django.utils.feedgenerator import Atom1Feed
from django.utils.html import escape, linebreaks

from dutydesk.status.rules.entries import StatusEntry
from dutydesk.status.rules.page import StatusPage
from dutydesk.status.words.xml import for_xml

MOST = 50


class _Feed(Atom1Feed):
    """An Atom feed whose time is that of what it tells; without anything, when the record began."""

    since: datetime

    def latest_post_date(self) -> datetime:
        """Give when something was last told."""
        told = [item["updateddate"] for item in self.items]
        return max(told, default=self.since)


def feed(page: StatusPage, entries: Iterable[StatusEntry], *, title: str, link: str) -> bytes:
    """Give the feed of these entries: an item for each thing that users were told."""
    made = _Feed(title=for_xml(title), link=link, description="", language="en-gb")
    made.since = page.since
    told = ((update.at, update, entry) for entry in entries for update in entry.updates)
    newest = sorted(told, key=lambda one: (one[0], one[1].key), reverse=True)
    for at, update, entry in newest[:MOST]:
        made.add_item(
            title=for_xml(entry.title),
            link=f"{link}#{entry.key}",
            description=linebreaks(escape(for_xml(update.text))),
            unique_id=f"{link}#{update.key}",
            pubdate=at,
            updateddate=at,
        )
    return made.writeString("utf-8").encode()
