"""Whether pages are as the rules of HTML have it, as html-validate finds them."""

import json
import subprocess
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from testing.running import lacking, needs

FOLDER = Path(__file__).parents[1] / "markup"


@cache
def _validator() -> Path:
    """Give html-validate, of the version that is locked; it is installed here if it isn't yet."""
    npm = needs("npm")
    installed, locked = FOLDER / "node_modules/.package-lock.json", FOLDER / "package-lock.json"
    if not installed.exists() or installed.stat().st_mtime < locked.stat().st_mtime:
        install = [npm, "ci", "--no-audit", "--no-fund", "--ignore-scripts"]
        done = subprocess.run(install, cwd=FOLDER, capture_output=True, text=True, check=False)
        if done.returncode:
            lacking(f"html-validate can't be installed: {done.stderr[-500:]}")
    return FOLDER / "node_modules/.bin/html-validate"


def mistakes(pages: Mapping[str, str], folder: Path) -> list[str]:
    """Give what is wrong with these pages, one a line, with the page, the line and the rule."""
    files = {str(folder / f"{place}.html"): name for place, name in enumerate(pages)}
    for file, name in files.items():
        Path(file).write_text(pages[name])
    config = str(FOLDER / "html-validate.json")
    command = [str(_validator()), "--config", config, "--formatter", "json", *files]
    said = subprocess.run(command, cwd=FOLDER, capture_output=True, text=True, check=False)
    assert said.returncode in (0, 1) and said.stdout, said.stderr
    return [
        f"{files[page['filePath']]}, line {one['line']}: {one['message']} ({one['ruleId']})"
        for page in json.loads(said.stdout)
        for one in page["messages"]
    ]
