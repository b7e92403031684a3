"""The table of paths, which rooms go by, says what Django's routes say."""

import string

import pytest
from django.urls import NoReverseMatch, resolve, reverse

from dutydesk.kernel.addresses import PATHS, beginning, path_to
from dutydesk.kernel.subjects import SCREENS, screen_of
from testing import house


@pytest.mark.parametrize("route", PATHS)
def test_a_path_of_the_table_is_its_route_s(route: str) -> None:
    holes = [field for _, field, _, _ in string.Formatter().parse(PATHS[route]) if field == ""]
    parts = ["7"] * len(holes)
    assert path_to(route, *parts) == reverse(route, args=parts)
    assert path_to(route, *parts).startswith(beginning(route))
    with pytest.raises(NoReverseMatch):
        reverse(route, args=[*parts, "7"])


@pytest.mark.parametrize("kind", SCREENS)
def test_every_kind_of_subject_has_a_screen(kind: str) -> None:
    found = resolve(screen_of(f"{kind}:7"))
    assert found.url_name == SCREENS[kind]
    assert found.kwargs in ({}, {"number": 7})


def test_an_alarm_is_silenced_on_the_screen_of_a_new_silence() -> None:
    assert screen_of("alarm-to-silence:7") == f"{reverse('new-silence')}?alarm=7"


def test_what_has_no_screen_is_shown_on_the_first() -> None:
    assert screen_of("engineer:7") == reverse("now")


@pytest.mark.parametrize(
    ("text", "typed"),
    [
        ("/alarms/", True),
        ("/alarms/silences/new?alarm=7", True),
        ("/find?q=", True),
        ("/shifts/#cover", True),
        ("/live", True),
        ("/desk", False),
        ("/", False),
        ("/tmp/alarms/", False),
        ("alarms/", False),
        ("/alarms of the night", False),
    ],
)
def test_a_typed_path_is_known_from_other_texts(text: str, typed: bool) -> None:
    assert house.ours(text) is typed
