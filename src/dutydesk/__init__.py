"""Duty Desk runs a platform team's written operational process.

Its rules of time zones are those of the pinned package `tzdata` in every process, so that a moment
is the same on every machine, however old its own are.
"""

import zoneinfo

zoneinfo.reset_tzpath(())
zoneinfo.ZoneInfo.clear_cache()
