"""Which clauses of the process are proven by a test that passed."""

from collections import defaultdict

import pytest

from dutydesk.process.rules.clauses import CLAUSES


class ClauseReport:
    """Collects the `clause` marks of tests, refuses unknown ones, and prints a table."""

    def __init__(self, wanted: bool) -> None:
        self._wanted = wanted
        self._passed: dict[str, list[str]] = defaultdict(list)
        self._failed: set[str] = set()

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_modifyitems(
        self, config: pytest.Config, items: list[pytest.Item]
    ) -> None:
        for item in items:
            ids = tuple(str(i) for mark in item.iter_markers("clause") for i in mark.args)
            unknown = [clause for clause in ids if clause not in CLAUSES]
            if unknown:
                raise pytest.UsageError(f"{item.nodeid} cites unknown clauses: {unknown}")
            # Reports carry these to where they are counted, which may be another process.
            item.user_properties.extend(("clause", clause) for clause in ids)
        if self._wanted:
            items[:] = [item for item in items if item.user_properties]

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        for clause in (str(value) for name, value in report.user_properties if name == "clause"):
            if report.failed:
                self._failed.add(clause)
            elif report.when == "call" and report.passed:
                self._passed[clause].append(report.nodeid)

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        if not self._wanted:
            return
        proven = 0
        for clause in CLAUSES:
            tests = self._passed.get(clause, [])
            kept = bool(tests) and clause not in self._failed
            proven += kept
            shown = tests[0].rpartition("/")[2] if tests else "no test"
            terminalreporter.write_line(f"{'kept' if kept else '-':6}{clause:26}{shown}")
        terminalreporter.write_line(f"{proven} of {len(CLAUSES)} clauses have a passing test")
