"""Hours that can be read and that nobody may have meant: what is seen when they are tried out.

Each is tried on the calendar of the process for two years, by the engine that the desk runs by.
"""

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from itertools import pairwise
from zoneinfo import ZoneInfo

from dutydesk.kernel.periods import Period, instant, subtract
from dutydesk.process.rules.calendar import Calendar, parts_with_their_own
from dutydesk.process.rules.hours import Clock
from dutydesk.process.rules.model import NEEDED_CLOCKS, Process
from dutydesk.process.rules.opening_hours import check_hours

_AHEAD = timedelta(days=731)
_NAMED, _LEAP_YEAR = 12, 2028
_COMMENT = re.compile(r'"[^"]*"')
_TIME = r"(?:\d{1,2}:\d\d|\(|sunrise|sunset|dawn|dusk)"
_BETWEEN = re.compile(rf'"[^"]*"|(?P<mark> ?; ?| ?\|\| |, (?!{_TIME}))', re.IGNORECASE)
_MODIFIER = re.compile(r"\s*\b(?P<word>off|closed|unknown|open)\s*$", re.IGNORECASE)
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_DATED = re.compile(rf"\b(?:{'|'.join(_MONTHS)}|easter|week|\d{{4}})\b", re.IGNORECASE)
_HOURS = re.compile(r"(\d{1,2}):(\d\d) ?- ?(\d{1,2}):(\d\d)")
_MIXED = re.compile(r"PH (?:Mo|Tu|We|Th|Fr|Sa|Su)[-\w]*|(?:Mo|Tu|We|Th|Fr|Sa|Su) PH")
_DATE = re.compile(
    rf"(?P<month>{'|'.join(_MONTHS)}) ?(?P<first>\d{{1,2}})(?: ?- ?(?P<last>\d{{1,2}}))?(?![\d:])",
    re.IGNORECASE,
)
_SUN = re.compile(r"sunrise|sunset|dawn|dusk", re.IGNORECASE)


@dataclass(frozen=True)
class Pitfall:
    """What may not be meant, and what to write instead; `where` is the path of keys to it."""

    wrong: str
    instead: str
    where: tuple[str | int, ...] = ()
    refused: bool = False


@dataclass(frozen=True)
class _Rule:
    """One rule of an expression, without its comments; `mark` joins it to the one before."""

    mark: str
    text: str

    @property
    def modifier(self) -> str:
        found = _MODIFIER.search(self.text)
        return found["word"].lower() if found else ""

    @property
    def says_when(self) -> bool:
        """Say if it has times, or needs none."""
        timed = self.modifier or self.text == "24/7" or re.search(_TIME, self.text, re.IGNORECASE)
        return bool(timed)

    @property
    def shuts(self) -> bool:
        return self.modifier in ("off", "closed")

    @property
    def times(self) -> str:
        """Give when the rule holds, whatever it then says."""
        return _MODIFIER.sub("", self.text) or "24/7"

    @property
    def names_holidays(self) -> bool:
        return "PH" in self.text

    def takes_back(self, said: "_Rule") -> bool:
        """Say if this rule is of any week, and may override what an earlier one says of PH."""
        general = not (self.names_holidays or self.shuts or _DATED.search(self.text))
        return general and (self.mark == ";" or (said.shuts and self.mark == ","))

    @property
    def night_ends(self) -> str:
        """Give when a night of this rule ends, or nothing if it has none."""
        for begins, first, ends, last in _HOURS.findall(self.text):
            if (int(ends), last) <= (int(begins), first) or int(ends) > 24:
                return f"{int(ends) % 24:02d}:{last}"
        return ""


def pitfalls(process: Process, at: datetime) -> Iterator[Pitfall]:
    """Say what in the hours of a process may not be meant, as tried for two years from `at`.

    Refused are hours that promise somebody and never open.
    """
    for pitfall in _of_place(process.calendar, at):
        yield replace(pitfall, where=("place", "country"))
    for name in process.clocks:
        for pitfall in of_hours(process.clock(name), at):
            refused = pitfall.refused and name in NEEDED_CLOCKS
            yield replace(pitfall, where=("clocks", name, "hours"), refused=refused)


@lru_cache(maxsize=64)
def of_hours(clock: Clock, at: datetime) -> tuple[Pitfall, ...]:
    """Say what in one clock's hours may not be meant."""
    rules = _rules(clock.hours or "")
    return (
        *_never(clock, at),
        *_no_such_day(rules),
        *_not_known(rules, clock.calendar),
        *_bare(rules),
        *_mixed(rules),
        *_replaced(rules, clock, at),
        *_cut_nights(rules, clock, at),
        *_fallback(clock, at),
    )


def _of_place(calendar: Calendar, at: datetime) -> Iterator[Pitfall]:
    """Find a country whose parts have holidays of their own, and none is named."""
    if not calendar.country or calendar.subdivision:
        return
    parts = parts_with_their_own(calendar.country, range(at.year, at.year + 3))
    if parts:
        more = f" and {len(parts) - _NAMED} more" if len(parts) > _NAMED else ""
        yield Pitfall(
            f"{calendar.country} has parts with holidays of their own: "
            f"{', '.join(parts[:_NAMED])}{more}.",
            "Write yours as the subdivision; without it only what all of them keep is a holiday.",
        )


def _never(clock: Clock, at: datetime) -> Iterator[Pitfall]:
    if not _tried(clock, clock.hours, at):
        hours = (clock.hours or "").strip()
        wrong = f"“{hours}” never opens in the next two years." if hours else "Empty."
        yield Pitfall(wrong, "Write hours like “Mo-Fr 09:00-17:00; PH off”.", refused=True)


def _no_such_day(rules: list[_Rule]) -> Iterator[Pitfall]:
    """Find dates that no year has, which are left out when hours are read: the rest then holds."""
    for rule in rules:
        for found in _DATE.finditer(rule.text):
            month = _MONTHS.index(found["month"].title()) + 1
            _, most = monthrange(_LEAP_YEAR, month)
            if max(int(found["first"]), int(found["last"] or 0)) > most:
                yield Pitfall(
                    f"“{rule.text}” names {found[0]}, and {_MONTHS[month - 1]} has {most} days.",
                    "Write a day that there is.",
                    refused=True,
                )


def _rules(hours: str) -> list[_Rule]:
    """Cut hours into their rules; those that can't be read by themselves are left out."""
    found, mark, begins = list[_Rule](), "", 0
    for between in [*_separators(hours), None]:
        text = _COMMENT.sub("", hours[begins : between.start() if between else None]).strip()
        if not text or check_hours(text) is None:
            found.append(_Rule(mark, text or "24/7"))
        if between:
            mark, begins = between["mark"].strip(), between.end()
    return found


def _separators(hours: str) -> list[re.Match[str]]:
    return [found for found in _BETWEEN.finditer(hours) if found["mark"]]


def _not_known(rules: list[_Rule], calendar: Calendar) -> Iterator[Pitfall]:
    text = " ".join(rule.text for rule in rules)
    if "PH" in text and not (calendar.country or calendar.single):
        yield Pitfall(
            "It names PH, and the process names no country, so no day is a public holiday.",
            "Write the country under place.",
        )
    if "SH" in text:
        yield Pitfall(
            "It names SH; school holidays aren't known here, so no day is one.",
            "Write their dates, like “Jul 24-Sep 01 off”.",
        )
    if sun := _SUN.search(text):
        yield Pitfall(
            f"It names {sun[0]}, and where the sun stands isn't known here: it would rise at 07:00 "
            "and set at 19:00 all year.",
            "Write times, like “09:00-17:00”.",
        )
    for rule in rules:
        if rule.modifier == "unknown" and rule.mark != "||":
            yield Pitfall(f"“{rule.text}” counts as closed.", "Say that it is open, or off.")


def _bare(rules: list[_Rule]) -> Iterator[Pitfall]:
    """Find days without times, which count whole: some lost theirs to a comma and a space."""
    for rule, following in pairwise([*rules, None]):
        if rule is None or rule.says_when:
            continue
        if following is None or following.mark != ",":
            yield Pitfall(
                f"“{rule.text}” names no times, so it is open all 24 hours.",
                f"Write “{rule.text} 00:00-24:00” if that is meant.",
            )
        else:
            yield Pitfall(
                f"A comma and a space begin a new rule, so “{rule.text}” is open all 24 hours.",
                f"Write “{rule.text},{following.text}” if they belong together.",
            )


def _mixed(rules: list[_Rule]) -> Iterator[Pitfall]:
    """Find a space between PH and weekdays, which others take to mean both at once."""
    for rule in rules:
        if mixed := _MIXED.search(rule.text):
            yield Pitfall(
                f"“{mixed[0]}” is every public holiday and every one of those weekdays too.",
                "Write a comma between them if that is meant.",
            )


def _replaced(rules: list[_Rule], clock: Clock, at: datetime) -> Iterator[Pitfall]:
    """Find what is said of holidays, and then taken back by a rule of weekdays after it."""
    for number, rule in enumerate(rules):
        if not rule.names_holidays or rule.mark == "||":
            continue
        said, done = _tried(clock, rule.times, at), _tried(clock, clock.hours, at)
        broken = subtract(said, subtract(said, done)) if rule.shuts else subtract(said, done)
        for later in rules[number + 1 :]:
            if later.takes_back(rule) and (day := _holiday(broken, later, clock, at)):
                yield Pitfall(
                    f"“{later.text}” overrides “{rule.text}” before it, first on {_day(day)}.",
                    "Write what is said of PH last.",
                )
                break


def _holiday(broken: list[Period], later: _Rule, clock: Clock, at: datetime) -> date | None:
    """Give the first holiday in `broken` on which `later` says something."""
    zone = clock.calendar.zone
    says = {p.start.astimezone(zone).date() for p in _tried(clock, later.times, at)}
    days = (p.start.astimezone(zone).date() for p in broken)
    return next((day for day in days if day in says and clock.calendar.is_holiday(day)), None)


def _cut_nights(rules: list[_Rule], clock: Clock, at: datetime) -> Iterator[Pitfall]:
    """Find nights of which a rule of the next day takes a half."""
    zone = clock.calendar.zone
    for rule in rules:
        if rule.shuts or not rule.night_ends:
            continue
        alone = replace(clock, hours=rule.text)
        for number in range(1, _AHEAD.days):
            day = at.astimezone(zone).date() + timedelta(days=number)
            midnight = instant(datetime.combine(day, time()), zone)
            before = midnight - timedelta(minutes=1)
            whole = alone.is_open(before) and alone.is_open(midnight)
            if whole and clock.is_open(before) != clock.is_open(midnight):
                half = "stops" if clock.is_open(before) else "begins"
                yield Pitfall(
                    f"A night of “{rule.text}” {half} at midnight, first on {_day(day)}, because "
                    "of another rule.",
                    f"Say until when, as in “PH {_next_night(rule.night_ends)} off”, or join the "
                    "rules with a comma and a space.",
                )
                break


def _next_night(ends: str) -> str:
    hour, _, minute = ends.partition(":")
    return f"{ends}-{int(hour) + 24}:{minute}"


def _fallback(clock: Clock, at: datetime) -> Iterator[Pitfall]:
    """Find what `||` opens where the rules before it don't."""
    hours = clock.hours or ""
    first = next((found for found in _separators(hours) if "||" in found[0]), None)
    if first is None:
        return
    more = subtract(_tried(clock, hours, at), _tried(clock, hours[: first.start()], at))
    if more:
        opens = more[0].start.astimezone(clock.calendar.zone)
        yield Pitfall(
            f"“{hours[first.start() :].strip()}” opens it outside the rules before, first on "
            f"{_day(opens.date())} from {opens:%H:%M}.",
            "Take it out, or write “|| unknown” and then the comment.",
        )


def _tried(clock: Clock, hours: str | None, at: datetime) -> list[Period]:
    return replace(clock, hours=hours).periods(at, at + _AHEAD)


def _day(day: date) -> str:
    return f"{day:%a} {day.day} {day:%b %Y}"


def no_holidays(process: Process) -> Iterator[Pitfall]:
    """Give the days that are taken out, and are no public holidays without that.

    Refused only where a file is tried: what is in force stays so when holidays are known otherwise.
    """
    place = process.place
    calendar = Calendar(ZoneInfo("UTC"), place.country, place.subdivision)
    for number, one in enumerate(place.holidays):
        if one.off and not calendar.is_holiday(one.on):
            yield Pitfall(
                f"{one.on} is no public holiday there, so it can't be taken out.",
                "Mend the day, or leave it out.",
                ("place", "holidays", number),
                refused=True,
            )
