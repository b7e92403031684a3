"""Whoever asked in a chat outside before the desk knew their account."""

from datetime import datetime

from django.db.models import Q

from dutydesk.chat.models import Post
from dutydesk.desk.models import OVER, Question
from dutydesk.kernel.subjects import subject
from dutydesk.people.flows import identities
from dutydesk.process.flows import process


def recognise(account: int | None, *, at: datetime) -> None:
    """Let what somebody asked as a stranger be theirs, and what they said of it, by their account.

    That is what isn't over, or was asked of late (`ask.goes_on`). It is looked for when they say,
    mark or press something: from then on their word is the asker's.
    """
    names = identities.all_outside(account) if account is not None else []
    if not names:
        return
    lately = Q(asked_at__gte=at - process.in_force().ask.goes_on) | ~Q(state__in=OVER)
    asked = Question.objects.select_for_update(of=("self",)).filter(lately, who__in=names)
    mine = list(asked.filter(asker=None).order_by("pk").values_list("pk", flat=True))
    if not mine:
        return
    begun = Q(question__in=mine) | Q(joins__question__in=mine)
    answers = Q(thread__question__in=mine) | Q(thread__joins__question__in=mine)
    said = Post.objects.filter(begun | answers, outside__in=names, account=None)
    Post.objects.filter(pk__in=list(said.values_list("pk", flat=True))).update(account=account)
    who = subject("account", account or 0)
    Question.objects.filter(pk__in=mine).update(asker=account, who=who)
