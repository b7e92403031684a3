"""Opening hours as somebody might write them: every corner of the syntax, mostly valid."""

from random import Random

_DAYS = ["Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"]
_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


def written_hours(chance: Random) -> str:
    """Give one expression of one to four rules."""
    hours = _rule(chance)
    for _ in range(chance.choice([0, 1, 1, 1, 2, 2, 3])):
        hours += chance.choices(["; ", ", ", " || ", ";"], [10, 7, 2, 1])[0] + _rule(chance)
    return hours


def _rule(chance: Random) -> str:
    kind = chance.random()
    if kind < 0.03:
        return "24/7"
    if kind < 0.05:
        return chance.choice(['"by appointment"', 'unknown "ask"', "off", 'off "PH is no rule"'])
    parts = []
    if chance.random() < 0.25:
        parts.append(_wide(chance))
    if chance.random() < 0.85:
        parts.append(_days(chance))
    if not parts or chance.random() < 0.75:
        parts.append(",".join(_times(chance) for _ in range(chance.choice([1, 1, 1, 2]))))
    modifiers = ["", "off", "closed", "open", "unknown", '"PH or not"', 'off "PH Mo"']
    parts.append(chance.choices(modifiers, [60, 18, 3, 3, 3, 3, 3])[0])
    return " ".join(filter(None, parts))


def _days(chance: Random) -> str:
    holidays = [_holiday(chance) for _ in range(chance.choices([0, 1, 2], [35, 55, 10])[0])]
    weekdays = [_weekday(chance) for _ in range(chance.choices([0, 1, 2], [30, 50, 20])[0])]
    both = [",".join(holidays), ",".join(weekdays or ([] if holidays else ["Mo-Fr"]))]
    chance.shuffle(both)
    return chance.choice([",", ",", " "]).join(filter(None, both))


def _holiday(chance: Random) -> str:
    if chance.random() < 0.1:
        return "SH"
    if chance.random() < 0.7:
        return "PH"
    days = chance.choice([1, 1, 1, 2, 3, 7, 40])
    return f"PH {chance.choice('+-')}{days} day{chance.choice(['', 's'])}"


def _weekday(chance: Random) -> str:
    day = chance.choice(_DAYS)
    kind = chance.random()
    if kind < 0.5:
        return f"{day}-{chance.choice(_DAYS)}"
    if kind < 0.65:
        nth = chance.choice(["1", "2", "-1", "1,3", "2-4"])
        return f"{day}[{nth}]{chance.choice(['', '', ' +1 day', ' -2 days'])}"
    return day


def _wide(chance: Random) -> str:
    month, other = chance.choice(_MONTHS), chance.choice(_MONTHS)
    day, year = chance.randint(1, 28), chance.randint(2022, 2030)
    return chance.choice(
        [
            month,
            f"{month}-{other}",
            f"{month} {day:02d}",
            f"{month} {day:02d}-{other} {chance.randint(1, 28):02d}",
            f"{year}",
            f"{year}-{year + chance.randint(1, 3)}",
            f"{year} {month} {day:02d}",
            f"{year}+",
            "Dec 24-Jan 02",
            "easter",
            "easter -2 days-easter +1 day",
            f"{month} {chance.choice(_DAYS)}[{chance.choice(['1', '-1'])}]",
            f"{month} {day:02d} +{chance.choice(_DAYS)}",
            f"week {chance.randint(1, 20)}-{chance.randint(21, 53)}",
            f"week {chance.randint(1, 10)}-{chance.randint(40, 53)}/2",
            f"week {chance.randint(1, 53)}",
            f"{month}-{other} week {chance.randint(1, 26)}-{chance.randint(27, 53)}",
        ]
    )


def _times(chance: Random) -> str:
    if chance.random() < 0.08:
        return chance.choice(
            ["sunrise-sunset", "dawn-12:00", "14:00-dusk", "(sunset-01:30)-sunrise", "sunset+"]
        )
    start, end = (f"{chance.randint(0, 23):02d}:{chance.choice(['00', '30', '15'])}" for _ in "ab")
    kind = chance.random()
    if kind < 0.05:
        return f"{start}+"
    if kind < 0.08:
        return f"{start}-{end}+"
    if kind < 0.15:
        return f"{start}-{chance.randint(24, 47)}:{chance.choice(['00', '30'])}"
    if kind < 0.2:
        return f"{start}-24:00"
    return f"{start}-{end}"
