"""Each web process notes that pings are heard here, as long as it runs."""

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

from django.db import Error as DatabaseTrouble
from psycopg_pool import PoolTimeout

from dutydesk.alarms.flows import listeners
from dutydesk.database import rows

logger = logging.getLogger(__name__)


async def keep_noting(now: Callable[[], datetime], real: Callable[[], datetime]) -> None:
    """Note it every ten seconds; while the database is away nothing is heard, nor noted."""
    note, loop = rows.released(listeners.note), asyncio.get_running_loop()
    with ThreadPoolExecutor(1, "listening") as thread:
        while True:
            try:
                deaf = await loop.run_in_executor(thread, lambda: note(at=now(), real=real()))
            except (DatabaseTrouble, PoolTimeout) as error:
                logger.warning("pings can't be heard: %s", type(error).__name__)
            except Exception:
                logger.exception("that pings are heard can't be noted")
            else:
                if deaf:
                    logger.warning("no ping was heard for %s; each is due later by that", deaf)
            await asyncio.sleep(listeners.EVERY.total_seconds())
