.PHONY: test check
PYTHON ?= python3.11

.venv/bin/pytest:
	$(PYTHON) -m venv .venv
	.venv/bin/pip install --quiet --editable . pytest hypothesis

test: .venv/bin/pytest
	.venv/bin/pytest

check: test
