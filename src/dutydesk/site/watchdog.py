"""Saying to somebody outside, each minute, that all is well: they raise the alarm if it stops.

While it isn't, that is looked at again soon: what lasts a moment must not cost a minute.

The desk can't page anybody about its own end. A late ping is worth nothing, so it is not in
the outbox.
"""

import logging
import urllib.request
from collections.abc import Callable
from datetime import timedelta
from http.client import HTTPException

from dutydesk.site.rounds import Repeating

logger = logging.getLogger(__name__)


class Watchdog(Repeating):
    """Pings an address while all is well.

    A GET of the address itself is a sign of life by the convention of
    https://healthchecks.io/docs/http_api/; its answer is not looked at.
    """

    def __init__(
        self,
        url: str,
        well: Callable[[], bool],
        *,
        every: timedelta = timedelta(minutes=1),
        patience: timedelta = timedelta(seconds=10),
    ) -> None:
        """Ping `url` `every` so long, if `well` says so."""
        super().__init__("watchdog", self._look, every)
        self._url, self._well, self._patience = url, well, patience.total_seconds()

    def _look(self) -> bool:
        """Ping if all is well; say whether it is."""
        well = self._well()
        if well:
            self._ping()
        return well

    def _ping(self) -> None:
        request = urllib.request.Request(self._url, headers={"User-Agent": "dutydesk"})
        try:
            with urllib.request.urlopen(request, timeout=self._patience):
                pass
        except (OSError, HTTPException, ValueError) as error:
            logger.warning("the watchdog outside can't be reached: %s", type(error).__name__)
