"""The file of a published postmortem in a Git repository: owed, put there, taken away again."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.utils.text import slugify

from dutydesk.chat.flows import desk_posts
from dutydesk.handbook.rules.web_addresses import WebPlace, base_of
from dutydesk.kernel.checks import Check
from dutydesk.kernel.refusals import Refused
from dutydesk.outbox.flows import outbox
from dutydesk.outbox.flows.outbox import MessageSettled
from dutydesk.outbox.models import OutboxMessage
from dutydesk.ports.published_files import COMMIT, PULL_REQUEST, FileChange
from dutydesk.postmortems.models import Postmortem, Publication, RepositoryFile
from dutydesk.postmortems.rules.report import Report
from dutydesk.postmortems.words.file import file_text, not_there
from dutydesk.process.flows import process
from dutydesk.process.rules.publishing_repository import PublishingRepository

KINDS = (COMMIT, PULL_REQUEST)
AUTHOR = "Duty Desk"
LATE = timedelta(minutes=10)
"""What waits so long is said on the health page."""
_LONGEST_TITLE = 60
_PULL = re.compile(r"/pull/\d+$")


@dataclass(frozen=True, slots=True)
class RepositoryState:
    """How a postmortem stands in its repository. `trouble`: what is in the way, with the remedy."""

    file: RepositoryFile
    trouble: str

    @property
    def refused(self) -> bool:
        """Say whether somebody must act before it is tried again."""
        return self.file.state == RepositoryFile.State.REFUSED


def state_of(found: Postmortem) -> RepositoryState | None:
    """Give how it stands; None if it was never to be in a repository."""
    row = RepositoryFile.objects.filter(postmortem=found).first()
    return RepositoryState(row, _trouble(row)) if row is not None else None


def _trouble(row: RepositoryFile) -> str:
    if row.state != RepositoryFile.State.OWED:
        return row.reason
    return OutboxMessage.objects.filter(key=row.key).values_list("reason", flat=True).first() or ""


def owe(
    found: Postmortem, now: Publication | None, *, by: str, account: int | None, at: datetime
) -> RepositoryFile | None:
    """Owe to the repository what it is to hold: what is published `now`, or nothing.

    Belongs inside the transaction that holds the postmortem. Clause postmortem.publish.
    """
    row = RepositoryFile.objects.select_for_update().filter(postmortem=found).first()
    if now is None:
        if row is None or (row.version == 0 and row.state == RepositoryFile.State.DONE):
            return row
        row.version = 0
    else:
        given = process.in_force().postmortems.repository
        if given is None:
            return row
        row = _placed(row or RepositoryFile(postmortem=found, version=0), given, now)
    row.by, row.account, row.at = by, account, at
    row.state, row.reason, row.count = RepositoryFile.State.OWED, "", row.count + 1
    row.pull, row.pull_at = "", None
    row.key = f"{found.about}:repository:{row.count}"
    row.save()
    _enqueue(found, row, now, at)
    return row


def _placed(row: RepositoryFile, given: PublishingRepository, now: Publication) -> RepositoryFile:
    """Say where the file is to be. One that is there keeps its name, though its title changes."""
    elsewhere = (row.url, row.branch) != (given.url, given.branch)
    row.url, row.branch, row.how, row.secret = given.url, given.branch, given.how, given.secret
    if elsewhere or row.version == 0:
        report = Report.from_json(now.report)
        began = datetime.fromisoformat(report.began) if report.began else now.at
        row.path = given.path(
            day=began.astimezone(process.in_force().zone).date(),
            number=now.postmortem_id,
            title=slugify(report.title)[:_LONGEST_TITLE].strip("-") or "postmortem",
        )
        row.link = row.reference = ""
    row.version = now.number
    return row


def _enqueue(found: Postmortem, row: RepositoryFile, now: Publication | None, at: datetime) -> None:
    kind = PULL_REQUEST if row.how == "pull request" else COMMIT
    for other in KINDS:
        if other != kind:
            outbox.withdraw(subject=found.about, kind=other, at=at)
    change = _change(found, row, now, at)
    what = "The postmortem's file to its repository"
    payload = {**change.as_json(), "what": what}
    outbox.enqueue(key=row.key, kind=kind, subject=found.about, payload=payload, at=at)


def _change(
    found: Postmortem, row: RepositoryFile, now: Publication | None, at: datetime
) -> FileChange:
    current = process.in_force()
    given = current.postmortems.repository
    last = now or found.publications.latest("number")
    report = Report.from_json(last.report)
    names = _signers(found, last) if now and given and given.name_signers else ()
    on_github = PublishingRepository(url=row.url).on_github
    return FileChange(
        key=row.key,
        name=f"postmortem-{found.pk}",
        url=row.url,
        branch=row.branch,
        path=row.path,
        text=file_text(report, current.zone) if now else None,
        # Why it is withdrawn may stand in its title.
        title=_line(f"Postmortem: {report.title}") if now else f"Withdraw postmortem {found.pk}",
        body=f"Version {last.number}." if now else "It is not published any more.",
        author=AUTHOR,
        email=f"dutydesk@{urlsplit(settings.BASE_URL).hostname or 'localhost'}",
        at=(last.at if now else at).isoformat(),
        secret=row.secret,
        repository=on_github,
        signers=names,
    )


def _line(text: str) -> str:
    return " ".join(text.split())


def _signers(found: Postmortem, now: Publication) -> tuple[str, ...]:
    """Name who said yes last, for each role, before it was published."""
    last = {one.role: one.by for one in found.sign_offs.filter(at__lte=now.at)}
    return tuple(dict.fromkeys(last.values()))


def concerns(event: MessageSettled) -> bool:
    """Say whether it is about a file in a repository."""
    return event.message_kind in KINDS


@transaction.atomic
def settled(*, event: MessageSettled, at: datetime) -> None:
    """Keep where it is now, or what is in the way; whoever published it hears of that."""
    row = RepositoryFile.objects.select_for_update().filter(key=event.key).first()
    if row is None:  # Something newer is owed.
        return
    if event.delivered:
        reference = OutboxMessage.objects.values_list("reference", flat=True).get(key=event.key)
        row.state, row.reason = RepositoryFile.State.DONE, ""
        row.link, row.reference = _seen(row, reference)
        row.pull, row.pull_at = _pull(row), at
    else:
        row.state, row.reason = RepositoryFile.State.REFUSED, _sentence(event.reason)
        _tell(row, at)
    row.save()


def _seen(row: RepositoryFile, reference: str) -> tuple[str, str]:
    """Give where one sees it, and its commit: as far as either is known."""
    if row.how == "pull request":
        return reference, ""
    place = WebPlace(base_of(row.url), row.branch, "", ())
    return (place.seen(row.path) if row.version else ""), reference[:64]


def _pull(row: RepositoryFile) -> str:
    """Say that a pull request is open now, if one asks for it; else the file is as it is to be."""
    asked = row.how == "pull request" and _PULL.search(row.link)
    return RepositoryFile.Pull.OPEN if asked else ""


def _sentence(reason: str) -> str:
    text = reason[:1].upper() + reason[1:]
    return text if text.endswith(".") else f"{text}."


def _tell(row: RepositoryFile, at: datetime) -> None:
    found = row.postmortem
    desk_posts.say(
        key=f"{row.key}:refused",
        channel=process.in_force().team.channel,
        message=not_there(
            title=found.incident.title,
            about=found.about,
            reason=row.reason,
            away=row.version == 0,
        ),
        at=at,
        only_for=row.account,
    )


def health(at: datetime) -> Iterator[Check]:
    """Say whether the repository holds what is published, if the process names one."""
    try:
        named = process.in_force().postmortems.repository is not None
    except Refused:  # Without a process; that is said by itself.
        return
    owed = RepositoryFile.objects.filter(state=RepositoryFile.State.OWED, at__lt=at - LATE)
    refused = RepositoryFile.objects.filter(state=RepositoryFile.State.REFUSED)
    waiting = [*refused[:10], *owed[:10]]
    if named and not waiting:
        yield Check("repository", True, "it holds what is published", vital=False)
    for row in waiting:
        yield Check(
            "repository",
            False,
            f"{row.path} is not as it is to be: {_trouble(row) or 'It waits.'}",
            "Mend that, and press Try again on the postmortem's page.",
            vital=False,
            public="A published postmortem is not in its repository.",
        )
