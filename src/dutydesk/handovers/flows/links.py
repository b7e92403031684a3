"""Signed links that let one person read and accept one handover without signing in."""

from datetime import timedelta

from django.conf import settings
from django.core import signing

from dutydesk.handovers.flows.events import HandoverRefused
from dutydesk.handovers.models import Handover
from dutydesk.kernel.addresses import path_to
from dutydesk.people.models import Engineer

LASTS = timedelta(days=1)
_SALT = "dutydesk.handovers.accept"


def link(handover: Handover, who: Engineer) -> str:
    """Give the address by which this person accepts it, for a day."""
    token = signing.dumps([handover.pk, who.pk], salt=_SALT)
    return settings.BASE_URL + path_to("accept-handover", token)


def by_link(*, token: str) -> tuple[Handover, Engineer]:
    """Give the handover and the person that a link was made for. Raises HandoverRefused."""
    try:
        number, person = signing.loads(token, salt=_SALT, max_age=LASTS)
    except signing.BadSignature as error:
        raise HandoverRefused(
            "This link is not valid any more.", "Sign in to see the handover."
        ) from error
    who = Engineer.objects.select_related("account").filter(pk=person).first()
    found = Handover.objects.select_related("given_by", "accepted_by").filter(pk=number).first()
    if found is None or who is None or not who.present:
        raise HandoverRefused("This link is not valid any more.", "Ask an administrator.")
    return found, who
