"""Looking whether a repository changed, and reading it if it did; the last good pages stay."""

import logging
from datetime import datetime, timedelta

from django.db import transaction

from dutydesk.database import notifications, rows
from dutydesk.database.trouble import is_away
from dutydesk.handbook.flows import page_store, shelf_reader, trouble
from dutydesk.handbook.models import HandbookRepository
from dutydesk.kernel.connected import Connected
from dutydesk.ports.repositories import Origin, RepositorySource, RepositoryTrouble
from dutydesk.process.flows import process
from dutydesk.process.rules.handbook import RepositorySection

logger = logging.getLogger(__name__)
SOURCE = Connected[RepositorySource]()
AT_WORK = timedelta(minutes=10)
"""For so long whoever looks at a repository has it to themselves."""
LATEST = timedelta(hours=1)
"""What can't be read is tried again after its interval, twice that, and so on up to this."""


def look_after(*, at: datetime) -> None:
    """Look at every repository whose turn it is. A worker's round; others may run beside it."""
    named = process.in_force().handbook.repositories
    _settle(named, at)
    due = HandbookRepository.objects.filter(next_at__lte=at).values_list("name", flat=True)
    for name in list(due):
        given = next(one for one in named if one.name == name)
        if _take(name, at):
            look_at(given, at=at)


def _settle(named: tuple[RepositorySection, ...], at: datetime) -> None:
    """Let there be a row for each repository that the process names, and for no other."""
    names = {one.name for one in named}
    there = set(HandbookRepository.objects.values_list("name", flat=True))
    if there - names:
        HandbookRepository.objects.exclude(name__in=names).delete()
    for name in names - there:
        HandbookRepository.objects.get_or_create(name=name, defaults={"next_at": at})


def _take(name: str, at: datetime) -> bool:
    """Say whether it is ours to look at now, and nobody else's."""
    mine = HandbookRepository.objects.filter(name=name, next_at__lte=at)
    return bool(mine.update(next_at=at + AT_WORK))


def look_at(given: RepositorySection, *, at: datetime) -> None:
    """Look at one repository. Whatever is in the way is kept with it, and of none other."""
    try:
        _look(given, at)
    except RepositoryTrouble as met:
        _failed(given, met, at)
    except Exception as fault:
        if is_away(fault):
            raise
        logger.exception("The repository %s can't be read, for a fault of the desk", given.name)
        why = f"The desk itself fails on it ({type(fault).__name__})."
        remedy = "Tell whoever maintains the desk; its log says more."
        _failed(given, RepositoryTrouble(why, remedy, lasting=True), at)


def _look(given: RepositorySection, at: datetime) -> None:
    source = SOURCE.who
    if source is None:
        raise RepositoryTrouble("Nothing here reads Git.", "Mend the desk.", lasting=True)
    origin = Origin(given.name, given.url, given.branch, given.secret)
    whence = [given.url, given.branch, given.folder]
    repository = HandbookRepository.objects.get(name=given.name)
    rows.give_back()
    tip = source.tip(origin)
    if repository.commit != tip or repository.origin != whence:
        _read(repository, source, origin, given.folder, at)
    _well(given, at)


def _read(
    repository: HandbookRepository,
    source: RepositorySource,
    origin: Origin,
    folder: str,
    at: datetime,
) -> None:
    """Read its pages anew. From elsewhere than before, nothing of it is known."""
    whence = [origin.url, origin.branch, folder]
    if repository.origin != whence:
        repository.commit = ""
    before = page_store.known(repository)
    rows.give_back()
    snapshot = source.pull(origin)
    try:
        reading = shelf_reader.read(snapshot, folder, before)
    finally:
        snapshot.close()
    repository.origin = whence
    page_store.keep(repository=repository, reading=reading, snapshot=snapshot, at=at)


@transaction.atomic
def _well(given: RepositorySection, at: datetime) -> None:
    found = HandbookRepository.objects.select_for_update().get(name=given.name)
    trouble.over(found, at=at)
    found.looked_at, found.next_at = at, at + given.refresh
    found.trouble, found.remedy, found.trouble_since, found.tries = "", "", None, 0
    found.told_at = None
    found.save()


@transaction.atomic
def _failed(given: RepositorySection, met: RepositoryTrouble, at: datetime) -> None:
    found = HandbookRepository.objects.select_for_update().get(name=given.name)
    found.trouble, found.remedy = met.reason, met.remedy
    found.trouble_since = found.trouble_since or at
    wait = min(given.refresh * 2 ** min(found.tries, 10), max(LATEST, given.refresh))
    found.tries, found.next_at = found.tries + 1, at + wait
    trouble.tell(found, lasting=met.lasting, at=at)
    found.save()
    notifications.notify(found.about)


@transaction.atomic
def look_again(*, repository: int, at: datetime) -> HandbookRepository:
    """Let the next round look at it, without waiting for its turn."""
    found = HandbookRepository.objects.select_for_update().get(pk=repository)
    found.next_at = at
    found.save(update_fields=["next_at"])
    notifications.notify(found.about)
    return found
