"""`dutydesk`, and `python -m dutydesk`: only what a command needs is loaded."""

import logging
import sys
from importlib import import_module

_LAUNCHED = {"serve", "web"}


def main() -> None:
    """Run the command that was typed."""
    logging.basicConfig(format="%(levelname)s %(name)s: %(message)s", level=logging.WARNING)
    if sys.argv[1:2] and sys.argv[1] in _LAUNCHED:
        import_module("dutydesk.site.start_commands").app()
    else:
        import_module("dutydesk.cli").main()


if __name__ == "__main__":
    main()
