"""What follows when a message to somebody who is called did not go out."""

from datetime import datetime

from dutydesk.oncall.flows import contact_methods, escalation, page_calls
from dutydesk.oncall.models import Call, Page
from dutydesk.oncall.rules.notification_rules import call_of, test_of
from dutydesk.outbox.flows import outbox
from dutydesk.outbox.flows.outbox import MessageFailing, MessageSettled
from dutydesk.outbox.models import OutboxMessage


def concerns(event: MessageSettled | MessageFailing) -> bool:
    """Say whether it is about a message that calls somebody, or tests a contact method.

    Nothing follows from one that went out by a way that isn't kept as a contact method.
    """
    called = call_of(event.key)
    if called is None:
        return test_of(event.key) is not None
    _, method = called
    return method.isdigit() or isinstance(event, MessageFailing) or not event.delivered


def settled(*, event: MessageSettled, at: datetime) -> None:
    """Note how one does; after a failure use the next one at once, or call the next person."""
    _tried(event.key, "" if event.delivered else event.reason or "it failed", at)


def failing(*, event: MessageFailing, at: datetime) -> None:
    """Use the next contact method at once; the failed one stays owed while the page is open."""
    _tried(event.key, event.reason, at)


def _tried(key: str, failed: str, at: datetime) -> None:
    tested = test_of(key)
    if tested is not None:
        contact_methods.heard(method=tested, failed=failed, at=at)
    found = call_of(key)
    if found is None:
        return
    number, method = found
    if method.isdigit():
        contact_methods.heard(method=int(method), failed=failed, at=at)
    if not failed:
        return
    call = Call.objects.select_related("page").filter(pk=number).first()
    if call is None or call.page.state != Page.State.CALLING:
        return
    sent = page_calls.of_call(call)
    if any(outbox.hasten(key=message.key, at=at) for message in sent):
        return
    if all(message.state == OutboxMessage.State.FAILED for message in sent):
        escalation.give_up(page=call.page_id, call=call.pk, at=at)
