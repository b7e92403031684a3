"""Which version of the desk runs, and by which rules of time zones it goes."""

from importlib.metadata import version

import tzdata

VERSION = version("dutydesk")
ZONE_RULES = f"IANA {tzdata.IANA_VERSION}, of the package tzdata {tzdata.__version__}"
