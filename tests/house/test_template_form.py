"""Templates stay readable: short lines, and the form that `make format` gives them."""

from pathlib import Path

import dutydesk

TEMPLATES = sorted(Path(dutydesk.__file__).parent.rglob("templates/**/*.html"))
LONGEST_LINE = 120


def test_no_line_of_a_template_is_longer_than_a_screen_is_wide() -> None:
    long = [
        f"{template.name}:{number}"
        for template in TEMPLATES
        for number, line in enumerate(template.read_text(encoding="utf-8").splitlines(), 1)
        if len(line) > LONGEST_LINE
    ]
    assert len(TEMPLATES) > 50
    assert long == []


def test_the_stylesheet_and_the_scripts_stay_small() -> None:
    static = Path(dutydesk.__file__).parent / "web" / "static"
    for kind in ("*.css", "*.js"):
        assert sum(file.stat().st_size for file in static.glob(kind)) < 25_000
