"""`dutydesk`, and `python -m dutydesk`: only what a command needs is loaded."""

import logging
import sys
from importlib import import_module

from dutydesk.kernel.garbage import uncollected
from dutydesk.kernel.refusals import Refused

_SUPERVISED = {"web", "worker"}
_LAUNCHED = {"serve", "web"}
_NEEDING_NO_SETTINGS = {"check", "hours", "--help"}


def main() -> None:
    """Run the command that was typed."""
    logging.basicConfig(format="%(levelname)s %(name)s: %(message)s", level=logging.WARNING)
    try:
        _run(sys.argv[1:])
    except Refused as refusal:
        sys.stderr.write(f"{refusal.reason}\n{refusal.remedy}\n")
        sys.exit(2)


def _run(words: list[str]) -> None:
    command = words[0] if words else "--help"
    if command in _SUPERVISED and "--supervised" in words:
        import_module("dutydesk.site.supervised").run(words)
    elif command in _LAUNCHED:
        import_module("dutydesk.site.start_commands").app()
    elif command == "settings":
        import_module("dutydesk.settings.commands").app()
    else:
        if command in _NEEDING_NO_SETTINGS or "--help" in words:
            import_module("dutydesk.settings").reading().bears_mistakes = True
        with uncollected():
            cli = import_module("dutydesk.cli")
        cli.main()


if __name__ == "__main__":
    main()
