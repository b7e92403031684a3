"""The real log of 39 incidents, row by row: what is kept, exactly, and what is refused."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from dutydesk.histories.rules.imported import ImportedIncident, read_log
from dutydesk.histories.rules.imported_times import LogReading
from dutydesk.kernel.tables import Refusal

LOG = Path(__file__).parents[1] / "data" / "incidents" / "incident-log.csv"
LONDON = ZoneInfo("Europe/London")

# Row, key, offset of London then; fault, detected, declared, repaired, resolved as the wall
# clock showed them (the day only where it is not the one in the name); published in minutes.
KEPT = """
2  q1-2026/2026-03-30-ingress-nginx-rollback +01:00 | ? | 08:56 | 09:14 | 09:43 | 14:39 | ? | ?
3  q4-2025/2025-10-13-rds-t4g-instances +01:00 | ? | 08:59 | 10:27 | 17:38 | 18:56 | ? | ?
4  q3-2025/2025-07-23-multiple-secrets-leaked-to-public +01:00 | ? | 15:35 | 16:48 | 2025-07-24 12:34 | 2025-07-24 12:34 | ? | ?
5  q1-2025/2025-01-13-auth0-credentials +00:00 | ? | 10:13 | 12:09 | 2025-01-14 16:00 | 2025-01-14 16:53 | 1787 | 1840
7  q3-2024/2024-09-20-eks-subnet-route-table +01:00 | ? | 11:24 | 11:30 | 11:33 | 11:40 | 11 | 20
8  q3-2024/2024-07-25-elasticsearch-logging +01:00 | ? | 12:10 | 14:54 | 15:18 | 16:19 | 188 | 249
9  q2-2024/2024-04-15-prometheus +01:00 | ? | 12:32 | 14:43 | 15:53 | 2024-04-18 16:13 | 201 | 1280
10 q4-2023/2023-11-01-prometheus-restarted +00:00 | ? | 10:15 | 10:41 | 2023-11-03 14:38 | 2023-11-03 14:38 | 2136 | 2136
11 q3-2023/2023-09-18-lack-of-diskspace +01:00 | ? | 13:42 | 15:12 | 17:54 | 2023-09-20 19:18 | 252 | 2136
12 q3-2023/2023-08-04-dropped-logging-in-kibana +01:00 | ? | 09:14 | 10:09 | 2023-08-10 12:28 | 2023-08-10 14:47 | 1994 | 2133
14 q3-2023/2023-07-21-vpc-cni-not-allocating-ip-addresses +01:00 | ? | 08:15 | 09:31 | 12:42 | 12:42 | 267 | 267
15 q2-2023/2023-06-06-user-services-down +01:00 | ? | 10:26 | 11:00 | 11:21 | 11:21 | 55 | 55
16 q1-2023/2023-02-02-cjs-dashboard-performance +00:00 | ? | 10:14 | 10:20 | 10:20 | 11:36 | 30 | 82
17 q1-2023/2023-01-11-cluster-image-pull +00:00 | ? | 14:22 | 15:17 | 15:50 | 15:51 | 88 | 89
19 q4-2022/2022-11-15-prometheus-ekslive-down +00:00 | ? | 16:03 | 16:05 | 16:30 | 16:30 | 27 | 27
20 q3-2022/2022-07-11-slow-performance-for-ingress-traffic +01:00 | ? | 09:33 | 10:11 | 16:07 | 16:07 | 387 | 387
21 q1-2022/2022-03-10-all-ingress-resource-certificate-issue +00:00 | ? | 11:48 | 11:50 | 11:56 | 11:56 | 8 | 8
22 q1-2022/2022-01-22-some-dns-records-deleted +00:00 | ? | 11:57 | 14:41 | 13:59 | 14:38 | 122 | 161
23 q4-2021/2021-11-05-modsec-ingress-controller-erroring +00:00 | ? | 09:29 | 09:29 | 10:46 | 10:46 | 77 | 77
24 q3-2021/2021-09-30-ssl-certificate-issue-browsers +01:00 | ? | 15:31 | 17:26 | 2021-10-01 10:29 | 2021-10-01 13:09 | 303 | 463
25 q3-2021/2021-09-04-pingdom-check-prometheus-down +01:00 | ? | 22:05 | 2021-09-05 12:53 | 2021-09-05 12:16 | 2021-09-05 12:27 | 316 | 327
26 q3-2021/2021-07-12-all-ingress-apps-live1-stop-working +01:00 | ? | 15:44 | 16:09 | 15:51 | 2021-07-13 11:49 | 7 | 1203
29 q4-2020/2020-10-06-intermittent-downtime-ingress-controllers +01:00 | ? | 08:33 | 09:07 | 10:41 | 17:19 | 128 | 526
30 q3-2020/2020-09-28-termination-nodes-updating-kops +01:00 | ? | 13:14 | 14:05 | 14:20 | 14:44 | 15 | 90
31 q3-2020/2020-09-21-some-cloud-platform-components-destroyed +01:00 | ? | 18:27 | 18:40 | 19:05 | 21:41 | 38 | 194
32 q3-2020/2020-09-07-all-users-unable-create-new-ingress-rules +01:00 | ? | 12:39 | 12:54 | ? | 15:56 | 182 | 197
33 q3-2020/2020-08-25-connectivity-issues-euwest2 +01:00 | ? | 11:01 | 11:26 | ? | 12:11 | 45 | 70
34 q3-2020/2020-08-14-ingress-controllers-crashlooping +01:00 | ? | 10:43 | 11:01 | ? | 11:38 | 37 | 55
35 q3-2020/2020-08-07-master-node-provisioning-failure +01:00 | ? | 15:51 | 16:39 | 16:29 | 2020-08-14 10:06 | 38 | 1995
36 q2-2020/2020-08-04 +01:00 | 13:30 | 18:13 | 2020-08-05 11:04 | ? | 2020-08-05 16:16 | 308 | 556
37 q2-2020/2020-04-15-nginx-tls +01:00 | 07:15 | 13:45 | 14:39 | ? | 15:09 | 30 | 309
38 q1-2020/2020-02-25 +00:00 | 07:32 | 07:36 | 10:58 | ? | 17:07 | 249 | 420
39 q1-2020/2020-02-18 +00:00 | 14:13 | ? | 14:23 | ? | 14:59 | 36 | 46
40 q1-2020/2020-02-12 +00:00 | 11:45 | ? | 11:51 | ? | 12:07 | 16 | 22
"""  # noqa: E501 one incident a line is what makes it readable

WARNED = {
    22: (
        "It was declared (2022-01-22 14:41) only after it was repaired (2022-01-22 13:59).",
        "It was declared (2022-01-22 14:41) only after it was resolved (2022-01-22 14:38).",
    ),
    25: (
        "It was declared (2021-09-05 12:53) only after it was repaired (2021-09-05 12:16).",
        "It was declared (2021-09-05 12:53) only after it was resolved (2021-09-05 12:27).",
    ),
    26: ("It was declared (2021-07-12 16:09) only after it was repaired (2021-07-12 15:51).",),
    35: ("It was declared (2020-08-07 16:39) only after it was repaired (2020-08-07 16:29).",),
    36: ("Listed under Q2 2020, but it began in Q3 2020.",),
}

# Row, and each field at fault with what stands there and a telling part of the reason.
REFUSED = {
    6: [("first_detected", "22025-03-18 09:36", "year 22025")],
    13: [("resolved", "2023-09-25 15:55", "62 days from 2023-07-25")],
    18: [
        ("first_detected", "2023-01-04 (Time TBC)", "no time of day"),
        ("declared", "2022-01-05 08:56", "365 days from 2023-01-05"),
        ("resolved", "2022-02-01 10:30", "338 days from 2023-01-05"),
    ],
    27: [("declared", "2020-06-09 13:54", "365 days from 2021-06-09")],
    28: [("declared", ", but later agreed it was one", "not a date and time")],
}

TITLES = {
    2: "Ingress nginx rollback",
    9: "Prometheus",
    31: "Some cloud platform components destroyed",
    36: "Incident of 2020-08-04",
    37: "Nginx tls",
}


def read_real_log() -> dict[int, ImportedIncident | Refusal]:
    with LOG.open(encoding="utf-8", newline="") as lines:
        return dict(enumerate(read_log(lines, LogReading(LONDON)), start=2))


READ = read_real_log()
LINES = {int(line.split()[0]): line for line in KEPT.strip().splitlines()}


def expected_times(line: str) -> list[datetime | None]:
    name, *cells = (cell.strip() for cell in line.split("|"))
    day, offset = name.split("/")[1][:10], name.split()[-1]
    full = (cell if len(cell) > 5 else f"{day} {cell}" for cell in cells[:5])
    return [
        None if moment.endswith("?") else datetime.fromisoformat(f"{moment}{offset}")
        for moment in full
    ]


def expected_published(line: str) -> list[timedelta | None]:
    cells = [cell.strip() for cell in line.split("|")][6:]
    return [None if cell == "?" else timedelta(minutes=int(cell)) for cell in cells]


def test_every_one_of_the_39_rows_is_either_kept_or_refused() -> None:
    assert len(READ) == 39
    assert {row for row, found in READ.items() if isinstance(found, ImportedIncident)} == set(LINES)
    assert {row for row, found in READ.items() if isinstance(found, Refusal)} == set(REFUSED)


@pytest.mark.parametrize("row", LINES)
def test_a_readable_row_becomes_an_incident_with_exactly_its_times(row: int) -> None:
    found, line = READ[row], LINES[row]
    assert isinstance(found, ImportedIncident)
    times = [found.fault_occurs, found.detected, found.declared, found.repaired, found.resolved]
    assert times == expected_times(line)
    assert all(moment is None or moment.tzinfo is UTC for moment in times)
    assert [found.published_repair, found.published_resolve] == expected_published(line)
    assert found.key == line.split()[1]
    assert found.quarter.lower().replace(" ", "-") == found.key.split("/")[0]
    assert found.warnings == WARNED.get(row, ())


@pytest.mark.parametrize("row", REFUSED)
def test_a_row_with_an_unreadable_or_impossible_time_is_refused_by_row_and_field(row: int) -> None:
    found = READ[row]
    assert isinstance(found, Refusal)
    faults = [found, *found.more]
    assert [(fault.field, fault.value) for fault in faults] == [
        (field, value) for field, value, _ in REFUSED[row]
    ]
    for fault, (_, _, reason) in zip(faults, REFUSED[row], strict=True):
        assert fault.row == row
        assert reason in fault.reason
        assert fault.remedy.endswith(".")


@pytest.mark.parametrize(("row", "title"), TITLES.items())
def test_the_title_is_the_name_without_its_day(row: int, title: str) -> None:
    found = READ[row]
    assert isinstance(found, ImportedIncident)
    assert found.title == title


def test_the_published_words_are_kept_as_they_were_written() -> None:
    found = READ[35]
    assert isinstance(found, ImportedIncident)
    assert found.published_repair_text == "0h 38m"
    assert found.published_resolve_text == "33h 15m (during support hours 10:00-17:00 M-F)"
