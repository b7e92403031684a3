"""Reads the settings, once, and says all that is wrong with them."""

import logging
import os
from collections.abc import Mapping, Set
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import ValidationError
from pydantic_settings import EnvSettingsSource

from dutydesk.kernel.refusals import Refused
from dutydesk.settings.kinds import Unfit
from dutydesk.settings.model import Settings
from dutydesk.settings.variables import FILE, VARIABLES, Unknown, Variable, unknown

logger = logging.getLogger(__package__)
LARGEST = 100_000
_LONGEST = 60
_IN_SLACK = ("DUTYDESK_SLACK_BOT_TOKEN",)
_NEEDS = {
    "DUTYDESK_ALERTMANAGER_AUTH": ("DUTYDESK_ALERTMANAGER_URL",),
    "DUTYDESK_PAGERDUTY_SCHEDULES": ("DUTYDESK_PAGERDUTY_API_KEY",),
    "DUTYDESK_SLACK_BOT_TOKEN": ("DUTYDESK_SLACK_SIGNING_SECRET", "DUTYDESK_SLACK_APP_TOKEN"),
    "DUTYDESK_SLACK_SIGNING_SECRET": _IN_SLACK,
    "DUTYDESK_SLACK_APP_TOKEN": _IN_SLACK,
    "DUTYDESK_SLACK_GROUPS": _IN_SLACK,
    "DUTYDESK_SLACK_TOPIC": _IN_SLACK,
    "DUTYDESK_GITHUB_APP": ("DUTYDESK_GITHUB_PRIVATE_KEY",),
    "DUTYDESK_GITHUB_PRIVATE_KEY": ("DUTYDESK_GITHUB_APP",),
}
"""What does nothing, or only half of what it should, without one of others."""


@dataclass(frozen=True)
class SettingMistake:
    """What is wrong with a setting, and what to do about it; never what a secret says."""

    name: str
    reason: str
    remedy: str

    def __str__(self) -> str:
        """Give all of it in one line."""
        return f"{self.name}: {self.reason} {self.remedy}"


@dataclass
class Reading:
    """What was read. Where there are mistakes the settings hold as if those were not set."""

    settings: Settings
    mistakes: tuple[SettingMistake, ...]
    unknown: tuple[Unknown, ...]
    origins: Mapping[str, str]
    """Where each setting that is set comes from, by its variable."""
    bears_mistakes: bool = False
    """Whether the settings are in force all the same: for commands that look and do nothing."""


@cache
def reading() -> Reading:
    """Give what the environment of this process says, read once: nobody else asks it."""
    return read(os.environ)


class WrongSettings(Refused):
    """The desk doesn't start on settings that are wrong, and does nothing else."""

    def __init__(self, found: Reading) -> None:
        """Name every mistake, and what may be another: a name that is no setting's."""
        lines = [*map(str, found.mistakes), *(f"warning: {one}" for one in found.unknown)]
        super().__init__(
            "\n  ".join(["Nothing was done, for settings are wrong:", *lines]),
            "Correct them; `dutydesk settings` shows what is in force.",
        )


def settings_in_force() -> Settings:
    """Give the settings of this process. Raises WrongSettings, which names every mistake."""
    found = reading()
    if found.mistakes and not found.bears_mistakes:
        raise WrongSettings(found)
    return found.settings


def check_at_start() -> None:
    """Warn of what looks like a setting and is none. Raises WrongSettings."""
    settings_in_force()
    for one in reading().unknown:
        logger.warning("%s", one)


class _Given(EnvSettingsSource):
    """The variables as they are given, with the contents of files among them."""

    def __init__(self, given: Mapping[str, str]) -> None:
        super().__init__(Settings)
        self.env_vars = {name.lower(): text for name, text in given.items()}


def read(environ: Mapping[str, str]) -> Reading:
    """Read the settings from these variables, and the files that they name."""
    given: dict[str, str] = {}
    files: dict[str, Path] = {}
    origins: dict[str, str] = {}
    mistakes: list[SettingMistake] = []
    for variable in VARIABLES:
        try:
            text, file = _given(variable, environ)
        except Unfit as unfit:
            mistakes.append(_mistake(variable, unfit))
            continue
        if text:
            given[variable.name] = text
            origins[variable.name] = f"file {file}" if file else "environment"
            if file:
                files[variable.name] = file
    settings, wrong = _settings(given)
    mistakes += wrong
    mistakes += _halves(set(given), {one.name for one in mistakes})
    mistakes += _own_host(settings)
    order = [variable.name for variable in VARIABLES]
    return Reading(
        settings.model_copy(update={"files": files}),
        tuple(sorted(mistakes, key=lambda one: order.index(one.name))),
        unknown(environ),
        origins,
    )


def _given(variable: Variable, environ: Mapping[str, str]) -> tuple[str, Path | None]:
    """Give what a variable says or the file that is named for it; "" if it isn't set."""
    text = environ.get(variable.name, "").strip()
    name = environ.get(variable.name + FILE, "").strip()
    content = _content(variable, Path(name)) if name else ""
    if text and content and text != content:
        problem = f"and {variable.name}{FILE} are both set, and differ"
        raise Unfit("", problem, "Take one of them away.")
    try:
        text.encode()
    except UnicodeEncodeError:
        raise Unfit("", "holds bytes that are no text in UTF-8", "Write it anew.") from None
    return (text, None) if text or not name else (content, Path(name))


def _content(variable: Variable, file: Path) -> str:
    """Give what a file holds. What should name it may be the secret itself, so it isn't shown."""
    which = f"names a file that can't be read{'' if variable.secret else f', {file}'}"
    remedy = f"Mend that, or set {variable.name} itself."
    try:
        with file.open("rb") as opened:
            content = opened.read(LARGEST + 1)
        text = content.decode().strip()
    except UnicodeDecodeError:
        raise Unfit(FILE, f"{which}: it is no text in UTF-8", remedy) from None
    except (OSError, ValueError) as error:
        says = getattr(error, "strerror", None) or "that is no name of a file"
        raise Unfit(FILE, f"{which}: {says}", remedy) from None
    if len(content) > LARGEST:
        raise Unfit(FILE, f"{which}: it is larger than {LARGEST} bytes", remedy)
    if not text:
        raise Unfit(FILE, "names a file that is empty", "Write the setting into it.")
    return text


def _settings(given: Mapping[str, str]) -> tuple[Settings, list[SettingMistake]]:
    """Give the settings, without those that are wrong, and what is wrong with them."""
    try:
        return Settings(_build_sources=((_Given(given),), {})), []
    except ValidationError as error:
        mistakes = [_wrong(each["loc"], each.get("ctx", {})) for each in error.errors()]
    wrong = {mistake.name for mistake in mistakes}
    left = {name: text for name, text in given.items() if name not in wrong}
    return _settings(left)[0], mistakes


def _wrong(where: tuple[int | str, ...], context: Mapping[str, object]) -> SettingMistake:
    found = next(one for one in VARIABLES if where in (one.path, (one.name,)))
    unfit = context["error"]
    if not isinstance(unfit, Unfit):
        raise TypeError(f"{found.name} is refused without a reason")
    return _mistake(found, unfit)


def _mistake(variable: Variable, unfit: Unfit) -> SettingMistake:
    """Say what is wrong in a sentence. What may be a secret, or hold one, isn't repeated."""
    if unfit.text == FILE:
        return SettingMistake(
            variable.name, f"{variable.name}{FILE} {unfit.problem}.", unfit.remedy
        )
    if not unfit.text:
        return SettingMistake(variable.name, f"it {unfit.problem}.", unfit.remedy)
    hidden = variable.secret or "@" in unfit.text
    text = "".join(letter if letter.isprintable() else "�" for letter in unfit.text)
    cut = text[:_LONGEST] + "…" * (len(text) > _LONGEST)
    what = "what it says" if hidden else f"“{cut}”"
    return SettingMistake(variable.name, f"{what} {unfit.problem}.", unfit.remedy)


def _own_host(settings: Settings) -> list[SettingMistake]:
    """Refuse the desk's own name for the status page's: by it nothing else would be there."""
    host = settings.status_host.partition(":")[0]
    if not host or host not in {urlsplit(settings.url).hostname, *settings.hosts}:
        return []
    return [
        SettingMistake(
            "DUTYDESK_STATUS_HOST",
            f"“{host}” is the desk's own name, and by this one only the status page is there.",
            "Give the status page another name, or take this away.",
        )
    ]


def _halves(given: Set[str], wrong: Set[str]) -> list[SettingMistake]:
    """Name what is set, and does nothing without what isn't; what is wrong was meant to be."""
    return [
        SettingMistake(
            name,
            f"it does nothing without {' or '.join(needed)}.",
            f"Set {'that' if len(needed) == 1 else 'one of them'} too, or take this away.",
        )
        for name, needed in _NEEDS.items()
        if name in given - wrong and not set(needed) & (given | wrong)
    ]
