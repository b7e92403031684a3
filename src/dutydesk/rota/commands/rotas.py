"""Asking who covers what, and looking at, changing and planning rotas, from a terminal."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from dutydesk.kernel import bounds
from dutydesk.kernel.periods import Period
from dutydesk.kernel.refusals import Refused
from dutydesk.people.models import Engineer
from dutydesk.process.flows import process
from dutydesk.rota import words
from dutydesk.rota.commands import plans
from dutydesk.rota.flows import (
    coverage,
    edits,
    plan_proposals,
    publication,
    roster,
    staffing,
    violations,
    workload,
)
from dutydesk.rota.models import Duty, Shift
from dutydesk.rota.rules import rota_csv, typed
from dutydesk.rota.rules.duty import OnDuty, why
from dutydesk.rota.rules.week_chart import DAY, midnight, monday

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
FromDay = Annotated[
    str, typer.Option("--from", help="From that day in the team's zone, as 2026-12-21.")
]
Weeks = Annotated[int, typer.Option(min=1, max=52, help="For so many weeks.")]


class RotaCommands:
    """The commands, told what time it is."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        """Ask `now` when no time is given."""
        self._now = now

    def who(
        self,
        at: Annotated[
            str, typer.Option(help="Then, as 2026-03-29T09:00 by the team's clock; or now.")
        ] = "",
        as_json: AsJson = False,
    ) -> None:
        """Say who covers what, now or at another time, and why.

        Example: dutydesk who --at 2026-12-25T08:00
        """
        zone = process.in_force().zone
        moment = _moment(at, zone) if at else self._now()
        answer = roster.who(at=moment, now=self._now())
        if as_json:
            _print({"at": moment.isoformat(), "covers": [duty.row() for duty in answer]})
            return
        typer.echo(f"{moment.astimezone(zone):%a %d %b %Y %H:%M %Z}")
        for duty in answer:
            typer.echo(f"  {duty.duty:10} {_line(duty, zone)}")

    def show(
        self,
        start: FromDay = "",
        weeks: Weeks = 4,
        duty: Annotated[str, typer.Option(help="One duty only.")] = "",
        as_json: AsJson = False,
        as_csv: Annotated[bool, typer.Option("--csv", help="Print CSV.")] = False,
    ) -> None:
        """Show who is on in the weeks to come, what nobody covers, and why for each.

        Example: dutydesk rota show --weeks 2
        """
        zone = process.in_force().zone
        first = monday(self._now().astimezone(zone).date())
        try:
            first = bounds.local_time(start).date() if start else first
        except ValueError as error:
            raise _stop(f"That is not a day: {error}. Write it like 2026-12-21.") from error
        if duty not in ("", *Duty.values):
            raise _stop(f"“{duty}” is not a duty. Choose {', '.join(Duty.values)}.")
        span = Period(midnight(first, zone), midnight(first + weeks * 7 * DAY, zone))
        shifts = list(roster.between(span, duty=duty))
        if as_csv:
            typer.echo(rota_csv.write(map(_csv_line, shifts), zone), nl=False)
            return
        from_now = max(span.start, self._now())
        gaps = coverage.gaps(at=from_now, until=max(span.end, from_now))
        gaps = [gap for gap in gaps if gap.of(duty)]
        if as_json:
            rows = [
                {
                    "duty": row.duty,
                    "name": row.engineer.name,
                    "start": row.start.isoformat(),
                    "end": row.end.isoformat(),
                    "by": row.kind,
                    "why": f"{row.engineer.name} {why(row.duty, row.kind)}",
                }
                for row in shifts
            ]
            _print({"shifts": rows, "gaps": [_gap(gap) for gap in gaps]})
            return
        _list(shifts, zone)
        for line in _uncovered(gaps, zone):
            typer.echo(line)

    def preview(
        self,
        duty: Annotated[str, typer.Option(help="support, primary or secondary.")],
        start: Annotated[
            str, typer.Option("--from", help="From then, as 2026-03-29T09:00, by the team's clock.")
        ],
        end: Annotated[str, typer.Option("--until", help="Until then.")],
        add: Annotated[str, typer.Option(help="Who comes on.")] = "",
        remove: Annotated[str, typer.Option(help="Who goes off.")] = "",
        as_json: AsJson = False,
    ) -> None:
        """Say what a change would do to people and to the hours covered, without doing it.

        Example: dutydesk rota preview --duty primary --from 2026-12-25T07:00
        --until 2026-12-26T07:00 --add Ben --remove Ada
        """
        zone, at = process.in_force().zone, self._now()
        span = edits.period(_moment(start, zone), _moment(end, zone))
        comes, goes = (_engineer(name) for name in (add, remove))
        seen = coverage.preview(
            lambda: edits.override(
                duty=duty, span=span, add=comes, remove=goes, at=at, by="a preview"
            ),
            at=at,
        )
        names = dict(Engineer.objects.values_list("pk", "name"))
        told = {names[who]: words.moves(seen.outcome.of(who), zone) for who in seen.outcome.people}
        opened, closed = _told(seen.opened, zone), _told(seen.closed, zone)
        if as_json:
            warnings = seen.outcome.notes
            _print({"people": told, "opens": opened, "covers": closed, "warnings": warnings})
            return
        for name, lines in told.items():
            typer.echo(f"{name}\n  " + "\n  ".join(lines))
        for line in [*seen.outcome.notes, *(f"leaves uncovered: {each}" for each in opened)]:
            typer.echo(line)
        for line in closed:
            typer.echo(f"covers: {line}")

    def plan(
        self,
        weeks: Weeks = 13,
        afresh: Annotated[bool, typer.Option(help="Let published turns move too.")] = False,
        publish: Annotated[str, typer.Option(help="Publish it, in that name.")] = "",
        number: Annotated[int, typer.Option("--plan", help="Which one; else the last shown.")] = 0,
        as_json: AsJson = False,
    ) -> None:
        """Propose who is on call in the months to come, or publish a plan as it was shown.

        Example: dutydesk rota plan --weeks 26, and then dutydesk rota plan --publish Ada --plan 12
        """
        at = self._now()
        if publish:
            self._publish(number or publication.shown_last(), publish, at, as_json=as_json)
            return
        proposal = plan_proposals.propose(at=at, until=at + timedelta(weeks=weeks), afresh=afresh)
        kept = publication.keep(proposal, at=at)
        shown = None if kept is None else kept.pk
        if as_json:
            _print(plans.row(proposal, shown))
        else:
            plans.show(proposal, shown)
        if not proposal.plan.possible:
            raise typer.Exit(1)
        if kept is not None:
            seen = publication.preview(seats=plan_proposals.rows(proposal), at=at)
            for line in _told(seen.opened, process.in_force().zone):
                typer.echo(f"leaves uncovered: {line}", err=True)

    def _publish(self, number: int, by: str, at: datetime, *, as_json: bool) -> None:
        if not number:
            raise _stop("No plan was shown yet. Run `dutydesk rota plan` first, and look at it.")
        outcome = publication.publish(number=number, at=at, by=by)
        people = len(outcome.people)
        if as_json:
            _print(plans.published(number))
        typer.echo(f"Plan {number} is published; {people} people were told.", err=True)

    def cover(self, weeks: int, as_json: bool) -> bool:
        """Print which promised hours of so many weeks nobody covers, and newcomers on call alone.

        Gives whether there is nothing of either, and hours are promised at all. Support that is
        smaller, or shares of on call that are larger, than the process says are told too: that is
        no hole.
        """
        at = self._now()
        until = at + timedelta(weeks=weeks)
        found = coverage.gaps(at=at, until=until)
        rows = coverage.coverage(at=at, until=until, found=found)
        alone = violations.told_alone(violations.alone_in(Period(at, until), at=at))
        thin = staffing.told(staffing.thin(at=at, until=until))
        limits = list(workload.health(span=Period(at, until), at=at).wrong)
        well = not found and not alone and all(row.declared for row in rows)
        if as_json:
            covered = {row.duty: row.percent and round(row.percent, 2) for row in rows}
            gaps = [_gap(gap) for gap in found]
            said = {"newcomers_alone": alone, "support_thin": thin, "beyond_limits": limits}
            _print({"gaps": gaps, "covered": covered, **said})
            return well
        zone = process.in_force().zone
        for row in rows:
            typer.echo(f"{row.duty}: {_covered(row.percent)}")
        for line in _uncovered(found, zone):
            typer.echo(line, err=True)
        for line in [*alone, *thin, *limits]:
            typer.echo(line, err=True)
        return well


def _covered(percent: float | None) -> str:
    if percent is None:
        return "no hours are promised in these weeks. Mend its clock in the process file."
    return f"{percent:.1f}% of the promised hours are covered."


def _print(what: object) -> None:
    typer.echo(json.dumps(what, ensure_ascii=False))


def _stop(text: str) -> typer.Exit:
    typer.echo(text, err=True)
    return typer.Exit(2)


def _moment(text: str, zone: ZoneInfo) -> datetime:
    try:
        return typed.moment(text, zone)
    except Refused as refused:
        raise _stop(f"{refused.reason} {refused.remedy}") from refused


def _engineer(name: str) -> int | None:
    if not name:
        return None
    found = Engineer.objects.filter(name__iexact=name, active=True).first()
    if found is None:
        raise _stop(f"“{name}” is nobody on the team. The Shifts page shows who is.")
    return found.pk


def _gap(gap: coverage.Gap) -> dict[str, str | None]:
    return {
        "what": gap.what,
        "unreached": gap.unheard or None,
        "start": gap.period.start.isoformat(),
        "end": gap.period.end.isoformat(),
    }


def _uncovered(gaps: list[coverage.Gap], zone: ZoneInfo) -> list[str]:
    """Give the hours that nobody has, then those of people whom no message reaches."""
    nobody = _told([gap for gap in gaps if not gap.unheard], zone)
    unheard = _told([gap for gap in gaps if gap.unheard], zone)
    return [*(f"nobody: {line}" for line in nobody), *(f"unreached: {line}" for line in unheard)]


def _told(gaps: list[coverage.Gap], zone: ZoneInfo) -> list[str]:
    return words.by_day([(gap.told, gap.period) for gap in gaps], zone)


def _csv_line(row: Shift) -> rota_csv.TableLine:
    return rota_csv.TableLine(row.duty, row.engineer.name, row.engineer.email, row.period, row.kind)


def _line(duty: OnDuty, zone: ZoneInfo) -> str:
    until = f", until {duty.until.astimezone(zone):%a %d %b %H:%M}" if duty.until else ""
    return f"{duty.name or 'nobody'}: {duty.why}{until}"


def _list(shifts: list[Shift], zone: ZoneInfo) -> None:
    for value, label in Duty.choices:
        mine = [row for row in shifts if row.duty == value]
        if mine:
            typer.echo(label)
        for row in mine:
            note = "" if row.kind in ("rotation", "hand") else f"  ({row.kind})"
            typer.echo(f"  {words.span(row.period, zone):44} {row.engineer.name}{note}")
    if not shifts:
        typer.echo("Nobody has a shift in that time. Begin on the Shifts page.")
