"""Where the measures get availability from: one call, once there is a room that measures it.

`READ` is the one place that connects it: it is called with a period and `at`.
"""

from collections.abc import Callable

from dutydesk.measures.rules.figures import Figure

READ: Callable[..., Figure | None] | None = None
"""Gives all services' availability in a PeriodChoice, as known at `at`; None: no such room."""
