"""`python -m dutydesk`."""

from dutydesk.cli import main

main()
