"""A real Prometheus whose history is known to the minute."""

import math
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import httpx

from testing.machine import AT_MOST, eventually, free_port, needs

History = Mapping[str, Mapping[datetime, float]]
"""By a metric with its labels: when it was what."""


def write_history(folder: Path, history: History) -> None:
    """Make the blocks of a Prometheus that measured this."""
    lines = []
    for name in sorted({series.partition("{")[0] for series in history}):
        lines.append(f"# TYPE {name} gauge")
        for series, values in history.items():
            if series.partition("{")[0] == name:
                lines += [
                    f"{series} {'NaN' if math.isnan(value) else value} {at.timestamp():.0f}"
                    for at, value in sorted(values.items())
                ]
    text = folder / "history.txt"
    text.write_text("\n".join([*lines, "# EOF", ""]))
    command = [needs("promtool"), "tsdb", "create-blocks-from", "openmetrics", str(text)]
    subprocess.run(
        [*command, str(folder / "data")], check=True, capture_output=True, timeout=AT_MOST
    )


@contextmanager
def prometheus(folder: Path, history: History) -> Iterator[str]:
    """Run one with this history; give its address."""
    write_history(folder, history)
    (folder / "config.yml").write_text("scrape_configs: []\n")
    url, process = _started(folder)
    try:
        yield url
    finally:
        process.terminate()
        process.wait(AT_MOST)


def _started(folder: Path) -> tuple[str, subprocess.Popen[bytes]]:
    """Start it; twice more if somebody else took its port."""
    for _ in range(3):
        web = f"127.0.0.1:{free_port()}"
        with (folder / "log").open("ab") as log:
            process = subprocess.Popen(
                [
                    needs("prometheus"),
                    f"--config.file={folder / 'config.yml'}",
                    f"--storage.tsdb.path={folder / 'data'}",
                    "--storage.tsdb.retention.time=100y",
                    f"--web.listen-address={web}",
                ],
                stdout=log,
                stderr=log,
            )

        def stands(process: subprocess.Popen[bytes] = process, web: str = web) -> bool:
            ended = process.poll() is not None
            return ended or httpx.get(f"http://{web}/-/ready").status_code == 200

        eventually(stands)
        if process.poll() is None:
            return f"http://{web}", process
    raise AssertionError((folder / "log").read_text()[-2000:])
