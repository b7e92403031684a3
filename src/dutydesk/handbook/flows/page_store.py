"""Keeping what was read of a repository: all of it in one transaction, or nothing."""

from collections.abc import Collection, Iterator
from datetime import datetime
from posixpath import dirname

from django.db import transaction

from dutydesk.database import notifications
from dutydesk.handbook.flows.page_text import PageText
from dutydesk.handbook.flows.shelf_reader import BranchReading, Known, Links
from dutydesk.handbook.models import HandbookPage, HandbookPicture, HandbookRepository
from dutydesk.ports.repositories import Snapshot

_ROWS = 200


def known(repository: HandbookRepository) -> Known:
    """Give what was read of it before."""
    pages = repository.pages.values_list("path", "blob", "links")
    return Known(
        {path: (blob, links) for path, blob, links in pages},
        dict(repository.pictures.values_list("path", "blob")),
    )


@transaction.atomic
def keep(
    *, repository: HandbookRepository, reading: BranchReading, snapshot: Snapshot, at: datetime
) -> None:
    """Let its pages be those that were read. Clause docs.repo."""
    stay = reading.kept - reading.pages.keys()
    repository.pages.exclude(path__in=stay).delete()
    elsewhere = list(_led_elsewhere(repository, stay, reading))
    HandbookPage.objects.bulk_update(elsewhere, ["links", "broken"], batch_size=_ROWS)
    while reading.pages:  # What is kept needs no memory here any more.
        some = [reading.pages.popitem() for _ in range(min(_ROWS, len(reading.pages)))]
        HandbookPage.objects.bulk_create(
            _row(repository, path, text, reading.links[path], snapshot) for path, text in some
        )
    _keep_pictures(repository, reading, snapshot)
    repository.commit, repository.committed_at = snapshot.commit, snapshot.at
    repository.read_at, repository.left_out = at, reading.left_out
    repository.save(update_fields=["commit", "committed_at", "read_at", "left_out", "origin"])
    notifications.notify(repository.about)


def _row(
    repository: HandbookRepository, path: str, found: PageText, links: Links, snapshot: Snapshot
) -> HandbookPage:
    """Give the row of a page that was read."""
    return HandbookPage(
        repository=repository,
        path=path,
        folder=dirname(path),
        title=found.title,
        text=found.text,
        outline=found.outline,
        words=found.words,
        blob=snapshot.files[path],
        changed_commit=snapshot.commit,
        changed_at=snapshot.at,
        changed_known=bool(repository.commit),
        links=links,
        broken=broken(links),
        keys=found.keys(path),
        notes=list(found.notes),
        reviewed_on=found.front.reviewed_on,
        review_by=found.front.review_by,
    )


def _led_elsewhere(
    repository: HandbookRepository, stay: Collection[str], reading: BranchReading
) -> Iterator[HandbookPage]:
    """Give the pages that were not read anew, and of whose links some lead elsewhere now."""
    pages = HandbookPage.objects.filter(repository=repository).only("path", "links", "repository")
    for page in pages.iterator():
        if page.path not in stay:
            continue
        links = reading.links[page.path]
        if page.links != links:
            page.links, page.broken = links, broken(links)
            yield page


def broken(links: Links) -> int:
    """Give how many links lead nowhere."""
    return sum(each[0] == "nowhere" for each in links.values())


def _keep_pictures(
    repository: HandbookRepository, reading: BranchReading, snapshot: Snapshot
) -> None:
    same = [path for path, found in reading.pictures.items() if found is None]
    repository.pictures.exclude(path__in=same).delete()
    HandbookPicture.objects.bulk_create(
        (
            HandbookPicture(
                repository=repository,
                path=path,
                blob=snapshot.files[path],
                kind=found[0],
                data=found[1],
            )
            for path, found in reading.pictures.items()
            if found is not None
        ),
        batch_size=20,
    )
