"""The worker runs jobs, and what a flow queues in a job stands or falls with that flow."""

import asyncio
from collections.abc import Callable
from datetime import datetime

import pytest
from django.db import connection, transaction
from procrastinate.contrib.django import app as jobs
from procrastinate.contrib.django.models import ProcrastinateJob

from dutydesk.journal.jobs import job
from dutydesk.site.worker import run_jobs
from dutydesk.wiring import clock

ran: list[int] = []


@job("test.queue")
def queue(*, number: int, now: Callable[[], datetime]) -> None:
    with transaction.atomic():
        jobs.configure_task("test.leaf").defer(number=number)
        if number == 1:
            transaction.set_rollback(True)


@job("test.leaf")
def leaf(*, number: int, now: Callable[[], datetime]) -> None:
    assert now().tzinfo is not None
    ran.append(number)


@pytest.mark.django_db(transaction=True)
def test_a_job_that_a_flow_queues_exists_only_if_the_flow_does() -> None:
    for number in (1, 2):
        jobs.configure_task("test.queue").defer(number=number)
    asyncio.run(run_jobs(clock, 4, wait=False))
    asyncio.run(run_jobs(clock, 4, wait=False))
    connection.close()
    assert ran == [2]
    assert not ProcrastinateJob.objects.exists()
