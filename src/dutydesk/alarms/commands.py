"""Silencing alarms, and asking what the desk would do, from a terminal."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Annotated, Any

import typer

from dutydesk.alarms import words
from dutydesk.alarms.flows import silences
from dutydesk.alarms.flows.explanations import explain
from dutydesk.alarms.flows.silence_drafts import read_wanted
from dutydesk.alarms.flows.silences import Affected
from dutydesk.alarms.models import Silence
from dutydesk.alarms.rules.explanation import Explanation, read_pairs
from dutydesk.kernel.moments import NotAMoment, typed_moment, when
from dutydesk.oncall import words as oncall
from dutydesk.oncall.words import ForecastLine
from dutydesk.process.flows import process
from dutydesk.rota.rules import typed as reading

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
MOST_LINES = 24
By = Annotated[str, typer.Option(help="Your name, for the record.")]


class SilenceCommands:
    """The commands, told what time it is."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        """Ask `now` for the present."""
        self._now = now

    def add(  # noqa: PLR0913 -- each is an option that somebody types
        self,
        reason: Annotated[str, typer.Option(help="Why, for whoever finds it at night.")],
        by: By,
        matchers: Annotated[
            list[str] | None, typer.Argument(help="Such as alertname=Down or 'job=~api-.*'.")
        ] = None,
        lasts: Annotated[str, typer.Option("--for", help="Such as “2 hours”.")] = "",
        until: Annotated[
            str, typer.Option(help="Or until then, as 2026-03-29T09:00, by the team's clock.")
        ] = "",
        start: Annotated[str, typer.Option("--from", help="From then instead of now.")] = "",
        service: Annotated[str, typer.Option(help="Alarms of this service only.")] = "",
        weekly: Annotated[
            list[str] | None, typer.Option(help="Only then, such as “Sun 02:00-04:00”.")
        ] = None,
        preview: Annotated[
            bool, typer.Option("--preview", help="Say what, change nothing.")
        ] = False,
        as_json: AsJson = False,
    ) -> None:
        """Silence alerts by their labels; what still fires when it ends pages then.

        Example: dutydesk silence add alertname=Down --for "2 hours" --reason Repairs --by Ada
        """
        at = self._now()
        typed = {
            "matchers": "\n".join(matchers or ()),
            "lasts": lasts,
            "until": until,
            "starts": start,
            "service": service,
            "windows": "\n".join(weekly or ()),
            "reason": reason,
        }
        wanted = read_wanted(typed, zone=process.in_force().zone, at=at)
        if preview:
            _show_affected(silences.preview(wanted=wanted, by=by, at=at), as_json)
            return
        made = silences.silence(wanted=wanted, by=by, at=at)
        if as_json:
            _print(_told(made))
        else:
            ends = when(made.ends_at, process.in_force().zone, at)
            typer.echo(f"Silence {made.pk} of {made.title} ends {ends}.")

    def listed(
        self,
        everything: Annotated[bool, typer.Option("--all", help="Also what is over.")] = False,
        as_json: AsJson = False,
    ) -> None:
        """List what is silenced now and what will be.

        Example: dutydesk silence list --json
        """
        at, zone = self._now(), process.in_force().zone
        active, coming = silences.kept(at=at)
        over = silences.ended(at=at, count=100) if everything else []
        if as_json:
            sections = {"active": active, "coming": coming, "over": over}
            _print({name: [_told(one) for one in rows] for name, rows in sections.items()})
            return
        for one in active:
            ends = when(one.spell.end, zone, at)
            typer.echo(f"{one.pk:6} ends {ends}: {one.title} ({one.made_by}: {one.reason})")
        for one in coming:
            begins = when(one.spell.start, zone, at)
            typer.echo(f"{one.pk:6} begins {begins}: {one.title} ({one.made_by}: {one.reason})")
        for one in over:
            typer.echo(f"{one.pk:6} over: {one.title} ({one.made_by}: {one.reason})")
        if not (active or coming or over):
            typer.echo("Nothing is silenced.", err=True)

    def lift(
        self,
        number: Annotated[int, typer.Argument(help="Its number in `dutydesk silence list`.")],
        by: By,
        as_json: AsJson = False,
    ) -> None:
        """End a silence now; high alarms that still fire page at once.

        Example: dutydesk silence lift 12 --by Ada
        """
        lifted = silences.lift(silence=number, by=by, at=self._now())
        if as_json:
            _print(_told(lifted))
        else:
            typer.echo(f"Lifted the silence of {lifted.title}.")


def _show_affected(found: list[Affected], as_json: bool) -> None:
    rows = [
        {
            "alarm": one.alarm.pk,
            "title": one.alarm.title,
            "matched": one.matched,
            "firing": one.firing,
            "falls_quiet": one.quiet,
            "page_ends": one.quiet and one.page is not None,
        }
        for one in found
    ]
    if as_json:
        _print(rows)
        return
    for row in rows:
        falls = "falls quiet" if row["falls_quiet"] else "is still heard"
        typer.echo(f"{row['title']}: {row['matched']} of {row['firing']} alerts match; it {falls}")
    if not rows:
        typer.echo("Nothing that fires now matches.", err=True)


def _told(one: Silence) -> dict[str, Any]:
    return {
        "silence": one.pk,
        "matchers": ["".join((name, operator, value)) for name, operator, value in one.matchers],
        "service": one.service.name if one.service else None,
        "starts_at": one.starts_at.isoformat(),
        "ends_at": one.ends_at.isoformat(),
        "weekly": [reading.told(window) for window in one.windows],
        "reason": one.reason,
        "by": one.made_by,
        "trouble": one.trouble or None,
        "lifted_at": one.lifted_at.isoformat() if one.lifted_at else None,
        "lifted_by": one.lifted_by or None,
    }


def _print(value: Any) -> None:
    typer.echo(json.dumps(value, indent=1, ensure_ascii=False))


class AlarmCommands:
    """The commands, told how to read the clock."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        """Ask about `now()` when no moment is named."""
        self._now = now

    def alert(
        self,
        labels: Annotated[
            list[str], typer.Option(help="Its labels, as severity=critical,namespace=shop.")
        ],
        annotations: Annotated[
            list[str] | None, typer.Option(help="Its annotations, as summary=It is down.")
        ] = None,
        moment: Annotated[
            str,
            typer.Option(
                "--at", help="When it fires, as 2026-11-24T02:00 by the team's clock; or now."
            ),
        ] = "",
        hours: Annotated[int, typer.Option(min=1, max=168, help="Look so far ahead.")] = 12,
        as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    ) -> None:
        """Say which route an alert takes and why, who is called when, and what stops it.

        Nothing is shown or paged. A time without an offset is in the process's zone.
        Example: dutydesk explain alert --labels severity=critical --at 2026-11-24T02:00
        """
        current = process.in_force()
        found = explain(
            labels=read_pairs(labels),
            annotations=read_pairs(annotations or []),
            at=_moment(moment) if moment else self._now(),
            ahead=timedelta(hours=hours),
        )
        steps: tuple[ForecastLine, ...] = ()
        if found.course is not None:
            steps = oncall.course(
                found.course, begins=found.at, team=current.team.channel, zone=current.zone
            )
        if as_json:
            typer.echo(json.dumps(_row(found, steps), ensure_ascii=False))
            return
        for line in words.explained(found, current, current.zone):
            typer.echo(line)
        for step in steps[:MOST_LINES]:
            local = step.at.astimezone(current.zone)
            typer.echo(f"  {local:%a %d %b %H:%M %Z}  {step.after:>8}  {step.what}")
        if len(steps) > MOST_LINES:
            typer.echo(f"  and so on; {len(steps) - MOST_LINES} more steps in these {hours} hours")


def _moment(text: str) -> datetime:
    try:
        return typed_moment(text, process.in_force().zone)
    except NotAMoment as refusal:
        typer.echo(str(refusal), err=True)
        raise typer.Exit(2) from refusal


def _row(found: Explanation, steps: tuple[ForecastLine, ...]) -> dict[str, Any]:
    routed = found.routed
    return {
        "at": found.at.isoformat(),
        "title": found.title,
        "rule": routed.rule,
        "passed": [
            {"rule": one.route.title, "unmet": [each.label for each in one.unmet]}
            for one in found.passed
        ],
        "service": found.service or None,
        "priority": routed.severity,
        "channel": routed.channel,
        "runbook": routed.runbook or None,
        "paged": routed.pages,
        "silenced": [
            {
                "silence": one.number,
                "start": period.start.isoformat(),
                "end": period.end.isoformat(),
            }
            for period, one in found.silenced
        ],
        "steps": [{"at": one.at.isoformat(), "what": one.what} for one in steps],
    }
