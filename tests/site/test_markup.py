"""What checks the markup of the screens finds what is wrong, and says where."""

from pathlib import Path

from testing.markup import mistakes

PAGE = """<!DOCTYPE html>
<html lang="en">
<head><title>A</title></head>
<body>
{}
</body>
</html>
"""


def test_what_the_rules_of_html_forbid_is_found_with_its_page_and_line(tmp_path: Path) -> None:
    pages = {
        "/good": PAGE.format("<p>Words.</p>"),
        "/block": PAGE.format("<span><div>Words.</div></span>"),
        "/twice": PAGE.format('<p id="a">One.</p>\n<p id="a">Two.</p>'),
    }
    block, twice = mistakes(pages, tmp_path)
    assert block.startswith(
        "/block, line 5: <div> element is not permitted as content under <span>"
    )
    assert twice == '/twice, line 6: Duplicate ID "a" (no-dup-id)'
