"""A pool of connections draws from no chance that tests draw from."""

import random

from psycopg_pool import ConnectionPool


def test_a_pools_threads_leave_the_shared_chance_alone() -> None:
    before = random.getstate()
    lives = {ConnectionPool._jitter(60, -0.05, 0.0) for _ in range(20)}
    assert len(lives) > 1
    assert random.getstate() == before
