"""What comes into a bundle while somebody has it: they are told, and called a little later."""

from datetime import datetime

from django.db.models import Count, Max, QuerySet

from dutydesk.commitments.flows import commitments
from dutydesk.kernel.moments import when
from dutydesk.oncall import words
from dutydesk.oncall.flows import acknowledgement, escalation, page_calls, page_cover, page_posts
from dutydesk.oncall.models import Page, PageItem
from dutydesk.oncall.rules.promises import WORK
from dutydesk.people.models import Engineer
from dutydesk.process.flows import process

MOST_NAMED = 10


def kinds_of(items: "QuerySet[PageItem]", most: int) -> list[tuple[str, str, int]]:
    """Give the title and service of alarms that are called alike, and their count, newest first."""
    kinds = items.values("title", "service__name").order_by()
    newest = kinds.annotate(count=Count("pk"), newest=Max("pk")).order_by("-newest")[:most]
    return [(one["title"], one["service__name"] or "", one["count"]) for one in newest]


def tell(found: Page, at: datetime) -> None:
    """Tell whoever has a bundle that more is wrong in it; call them once that is to be answered.

    A storm is one message to a person (`on_call.storm`), and whoever has just taken it works on it:
    a call for each alarm that joins would keep them from that. So they are told, under the bundle
    and by mail. What is new may wait for an answer as long as any page does
    (`on_call.acknowledge_within`), from when they took the bundle, whatever they put off: by then
    they are called, and the next after them, unless they said that they have it too. So it
    reaches a person within minutes, of the hour that clause oncall.limit gives them. Who took the
    bundle longer ago, or covers no more by then, is called at once. What comes outside the storm,
    and the first of each service, has a page of its own that calls. The bundle is locked. Clauses
    oncall.respond, oncall.escalate.
    """
    who, since = found.acknowledged_by, found.answered_at
    if found.state != Page.State.ACKNOWLEDGED or who is None or since is None:
        return
    due = since + process.in_force().on_call.acknowledge_within
    covers = not page_cover.is_over(found, who.pk, at)
    if due <= at or (covers and page_cover.is_over(found, who.pk, due)):
        escalation.call_again(found, at)
        return
    owed = commitments.owed([found.about]).filter(kind=WORK).first()
    sooner = owed is None or due < owed.due_at
    if sooner:
        acknowledgement.promise_work(found, who, due, at)
    if sooner or found.news_at is None:
        found.news_at = found.news_at or at
        found.save(update_fields=["news_at"])
        page_posts.show(found, page_posts.standing(found, ((), False), at), at)
    _say(found, who, due if owed is None else min(due, owed.due_at), at)


def _say(found: Page, who: Engineer, by: datetime, at: datetime) -> None:
    """Say what is new, and by when they are called for it; by mail once, until they answer."""
    going_on = found.bundled.filter(settled_at=None, since__gte=found.news_at)
    new = words.bundled(kinds_of(going_on, MOST_NAMED), still=going_on.count())
    news = words.BundleNews(found.title, who.name, new, when(by, process.in_force().zone, at))
    key = page_posts.more_came(found, words.more(news, page=found.about), at)
    mail = words.more_mail(news, link=page_calls.link(found, who))
    page_calls.mail(found, who, mail, key=key, at=at)
