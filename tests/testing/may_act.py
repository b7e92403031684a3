"""Every action with what it needs at least, a thing to do it to, whom it lets do that, and how."""

from dataclasses import dataclass
from typing import Any

from dutydesk.kernel.actions import Access
from testing.planned import CORRECTED, RECURRING

TEAM = {"Ada", "Ben", "Max"}
ENGINEERS = {"Ada", "Ben"}  # What is somebody's own work: an administrator has no shifts or pages.
ASKER_OR_TEAM = {"Uma", *TEAM}
NOBODY: set[str] = set()


@dataclass(frozen=True)
class Case:
    """An action: what it needs at least, a thing to do it to, whom it lets do that, and how."""

    least: Access
    about: str
    may: set[str]
    values: dict[str, Any]


def case(least: Access, about: str, may: set[str], **values: Any) -> Case:
    return Case(least, about, may, values)


# Whoever is not among `may` changes nothing. Showing something changes nothing, whoever does it.
CASES: dict[str, Case] = {
    "page.acknowledge": case("engineer", "page calling", ENGINEERS),
    "page.snooze": case("engineer", "page held", {"Ada"}, until="2026-11-24T20:45"),
    "page.rehearse": case("engineer", "rehearsal", {"Ada"}),
    "alarm.over": case("engineer", "alarm", TEAM, reason="The graph says so"),
    "alarm.silence": case("engineer", "alarm", NOBODY),
    "silence.lift": case("engineer", "silence", TEAM),
    "silence.extend": case("engineer", "silence", TEAM, until="2026-11-26T10:00"),
    "arrival.retry": case("engineer", "arrival", TEAM),
    "post.mark": case("anyone", "post", {"Uma", "Vic", *TEAM}),
    "post.unmark": case("anyone", "marked post", {"Vic"}),
    "post.edit": case("anyone", "post", {"Uma"}, text="We deploy at one"),
    "post.remove": case("anyone", "post", {"Uma"}),
    "question.take": case("engineer", "question", ENGINEERS),
    "question.wait": case("engineer", "question", TEAM),
    "question.solve": case("anyone", "question", ASKER_OR_TEAM),
    "question.reopen": case("anyone", "solved question", ASKER_OR_TEAM),
    "question.more-time": case("engineer", "past", TEAM),
    "question.nearly": case("engineer", "past", TEAM),
    "question.kind": case("engineer", "solved question", TEAM),
    "question.sort": case("engineer", "solved question", TEAM, kind="access", outcome="fixed"),
    "question.say-why": case("anyone", "solved question", {"Uma"}, line="It was fast"),
    "question.page": case("anyone", "question", {"Uma", "Vic", *TEAM}, why="Nobody can book"),
    "question.show": case("anyone", "question", NOBODY),
    "question.score-1": case("anyone", "solved question", {"Uma"}),
    "question.score-2": case("anyone", "solved question", {"Uma"}),
    "question.score-3": case("anyone", "solved question", {"Uma"}),
    "question.score-4": case("anyone", "solved question", {"Uma"}),
    "question.score-5": case("anyone", "solved question", {"Uma"}),
    "question.helped": case("anyone", "question", ASKER_OR_TEAM),
    "question.same": case("engineer", "question", TEAM, other="{past}"),
    "question.not-same": case("engineer", "same question", TEAM),
    "question.part-post": case("anyone", "further post", ASKER_OR_TEAM),
    "question.join-again": case("anyone", "parted question", ASKER_OR_TEAM),
    "question.lapse": case("engineer", "question", TEAM),
    "question.write-down": case("engineer", "solved question", TEAM, title="Logs", text="# Logs"),
    "repository.read": case("engineer", "repository", TEAM),
    "thread.ask": case("engineer", "thread", TEAM),
    "thread.ticket": case("engineer", "other thread", TEAM, title="Deploys", body="At noon"),
    "thread.keep": case("engineer", "kept thread", TEAM),
    "ticket.raise": case("engineer", "question", TEAM, title="Namespace", body="Add it"),
    "ticket.move": case("engineer", "ticket", TEAM, column="Done"),
    "ticket.left": case("engineer", "ticket", TEAM),
    "ticket.right": case("engineer", "ticket", TEAM),
    "ticket.undo": case("engineer", "ticket", TEAM),
    "ticket.take": case("engineer", "ticket", {"Ben"}),
    "ticket.assign": case("engineer", "ticket", TEAM, engineer="{ben}"),
    "ticket.close": case("engineer", "ticket", TEAM),
    "ticket.reopen": case("engineer", "closed ticket", TEAM),
    "ticket.comment": case("engineer", "ticket", TEAM, text="It is the disk"),
    "ticket.show": case("anyone", "ticket", NOBODY),
    "announcement.announce": case("engineer", "new", TEAM, title="News", text="We moved"),
    "announcement.copy": case("engineer", "announcement", TEAM, title="News", text="We moved"),
    "announcement.start": case("engineer", "announcement", TEAM),
    "announcement.update": case(
        "engineer", "promised update", TEAM, text="It goes well", next="2026-11-26T10:00"
    ),
    "announcement.move": case(
        "engineer",
        "announcement",
        TEAM,
        starts="2026-11-26T10:00",
        ends="2026-11-26T11:00",
        text="Tomorrow",
    ),
    "announcement.finish": case("engineer", "work begun", TEAM, text="It is over"),
    "announcement.done": case("engineer", "work begun", TEAM),
    "announcement.correct": case("engineer", "announcement", TEAM, **CORRECTED),
    "announcement.cancel": case("engineer", "announcement", TEAM, text="Not today"),
    "announcement.show": case("anyone", "announcement", NOBODY),
    "series.begin": case("engineer", "new", TEAM, **RECURRING),
    "series.change": case("engineer", "series", TEAM, **RECURRING, reason="Fewer read it"),
    "series.skip": case("engineer", "series", TEAM, day="2026-12-15", reason="A freeze"),
    "series.announce": case("engineer", "series", TEAM, day="2026-12-15"),
    "series.end": case("engineer", "series", TEAM, since="2026-12-15", reason="No more"),
    "series.show": case("anyone", "series", NOBODY),
    "incident.declare": case("engineer", "new", TEAM, title="Visits can't be booked"),
    "incident.take-lead": case("engineer", "incident", ENGINEERS),
    "incident.give-lead": case("engineer", "incident", TEAM, engineer="{ben}"),
    "incident.update": case("engineer", "incident", TEAM, text="We look", next="30"),
    "incident.gather": case("engineer", "incident", TEAM, decided="We go on"),
    "incident.skip-gathering": case("engineer", "incident", TEAM, reason="The fix rolls out"),
    "incident.take-role": case("engineer", "part", ENGINEERS),
    "incident.give-role": case("engineer", "part", TEAM, role="scribe", engineer="{ben}"),
    "incident.give-back": case("engineer", "incident", {"Ada"}),
    "incident.keep-role": case("engineer", "incident", {"Ada"}),
    "incident.join": case("engineer", "incident", {"Ben"}),  # Ada declared it.
    "incident.decline": case("engineer", "incident", {"Ben"}),
    "incident.leave": case("engineer", "incident", {"Ada"}),
    "incident.call-on": case("engineer", "part", {"Ada", "Max"}, people="{ben}", reason="Look"),
    "incident.resolve": case("engineer", "incident", TEAM, text="It is over"),
    "incident.correct": case("engineer", "incident", TEAM, title="It is slow", reason="It is up"),
    "incident.assess": case("engineer", "incident", TEAM, criteria="blocked", reason="It is up"),
    "incident.mistake": case("engineer", "incident", TEAM, reason="It was a drill"),
    "incident.reopen": case("engineer", "incident over", TEAM, reason="It is back"),
    "incident.merge": case("engineer", "part", TEAM, into="{incident}", reason="One cause"),
    "incident.note": case("engineer", "incident", TEAM, text="It was full", at="2026-11-24T19:10"),
    "note.correct": case("engineer", "note", TEAM, text="It was slow", at="2026-11-24T19:10"),
    "note.remove": case("engineer", "note", TEAM),
    "incident.link": case("engineer", "incident", TEAM, thing="{alarm}"),
    "incident.part": case("engineer", "incident", TEAM, thing="{question}"),
    "incident.show": case("anyone", "incident", NOBODY),
    "incident.work-on": case("engineer", "incident", {"Ben"}),  # Ada works on it already.
    "incident.more-time": case("engineer", "incident", TEAM, amount="1800", reason="Nearly there"),
    "incident.inform": case("engineer", "incident", TEAM, text="We stop for tonight"),
    "incident.plan": case("engineer", "incident", TEAM, text="Ben goes on at nine"),
    "incident.maintain": case("engineer", "incident", TEAM, service="{service}"),
    "service.maintain": case("engineer", "service", TEAM, reason="New disks"),
    "service.show": case("anyone", "service", NOBODY),
    "maintenance.end": case("engineer", "maintenance", TEAM),
    "maintenance.move": case("engineer", "maintenance", TEAM, until="2026-11-25T10:00"),
    "maintenance.say": case("engineer", "maintenance", TEAM, message="Back soon"),
    "availability.exclude": case(
        "engineer",
        "availability",
        TEAM,
        reason="A test",
        start="2026-11-23T00:00",
        end="2026-11-24T00:00",
    ),
    "availability.withdraw": case("engineer", "exclusion", TEAM),
    "status.subscribe": case("anyone", "channel", {"Uma", "Vic", *TEAM}, services="{visits}"),
    "status.end": case("anyone", "channel subscription", {"Uma", "Vic", *TEAM}),
    "status.remove": case("engineer", "subscriber", TEAM),
    "handover.write": case("engineer", "handover", TEAM, text="The disk is full"),
    "handover.give": case("engineer", "handover", ENGINEERS),
    "handover.nothing": case("engineer", "handover", NOBODY),  # There is something in it.
    "handover.accept": case("engineer", "handover given", ENGINEERS),
    "handover.show": case("anyone", "handover", NOBODY),
    "postmortem.open": case("engineer", "small incident", TEAM),
    "improvement.add": case("engineer", "postmortem", TEAM, title="Alert on disks"),
    "improvement.change": case("engineer", "improvement", TEAM, title="Other", owner="{ben}"),
    "improvement.done": case("engineer", "improvement", TEAM),
    "improvement.drop": case("engineer", "improvement", TEAM, why="We replace it"),
    "improvement.reopen": case("engineer", "done improvement", TEAM),
    "improvement.ticket": case("engineer", "improvement", TEAM),
    "improvement.write-down": case("engineer", "improvement", TEAM, title="Disks", text="# Disks"),
    "postmortem.sign": case("engineer", "postmortem", TEAM),  # Nobody led it.
    "postmortem.publish": case("engineer", "whole postmortem", TEAM, seen="{words}"),
    "postmortem.unpublish": case("engineer", "published postmortem", TEAM, why="A name"),
    "postmortem.repository": case("engineer", "withdrawn file", TEAM),
    "postmortem.invite": case(
        "engineer", "postmortem", TEAM, start="2026-11-26T14:00", people="{ben}"
    ),
    "postmortem.call-off": case("engineer", "postmortem", TEAM),
    "postmortem.session": case("engineer", "postmortem", TEAM, notes="More tests"),
    "routine.done": case("engineer", "item", TEAM),
    "routine.undo": case("engineer", "done item", TEAM),
    "routine.triage": case("engineer", "alarm", TEAM),
    "routine.show": case("anyone", "checklist", NOBODY),
    "rota.take": case("engineer", "swap", {"Ben"}),
    "rota.take-back": case("engineer", "swap", {"Ada"}),
    "rota.cover": case("engineer", "part of a day", ENGINEERS),
}
