# One command each. Nothing but Python 3.11 or later is needed to begin.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
SERVERS := chromium git prometheus prometheus-alertmanager nginx npm
# One more than there are cores, since many a test waits for another process.
WORKERS := $(shell getconf _NPROCESSORS_ONLN | awk '{ print ($$1 < 3 ? $$1 + 1 : 4) }')
TESTS := $(BIN)/pytest --numprocesses $(WORKERS) --dist loadgroup

.PHONY: help run test check types format lock clauses schema bench soak servers clean
help:  ## List what can be made
	@grep -hE '^[a-z]+:.*\#\#' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 10

.venv/installed: requirements.txt pyproject.toml
	$(PYTHON) -m venv .venv
	@echo "Installing what the desk needs; this takes a minute or two, once."
	$(BIN)/pip install --disable-pip-version-check --require-hashes --requirement requirements.txt
	$(BIN)/pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

.venv/tools: requirements-dev.txt .venv/installed
	$(BIN)/pip install --quiet --require-hashes --requirement requirements-dev.txt
	@touch $@

run: .venv/installed  ## Start the whole desk on this machine
	$(BIN)/dutydesk serve

servers:
	@sh tests/servers.sh $(SERVERS)

test: .venv/tools servers  ## Run all tests, with real servers and a real browser
	$(TESTS)

check: .venv/tools servers  ## Everything that must hold before a change lands
	$(BIN)/ruff format --check .
	$(BIN)/djlint --check --quiet src
	$(BIN)/ruff check .
	@$(MAKE) --no-print-directory --jobs 2 types test

# Beside the tests it has what they leave, since many of them wait for another process.
types: .venv/tools
	nice $(BIN)/mypy
	nice $(BIN)/lint-imports

format: .venv/tools  ## Bring the code into its form
	$(BIN)/ruff format .
	$(BIN)/djlint --reformat --quiet src || true
	$(BIN)/ruff check --fix .

clauses: .venv/tools servers  ## Print which clauses of the process have a passing test
	$(TESTS) -q --clauses

soak: .venv/tools servers  ## Kill the desk's parts 500 times, fuzz it, and live 1000 processes
	$(TESTS) -m hypothesis --times 10 --fuzz 1000 --orders 20 --seed $$(date +%s)
	$(TESTS) tests/story/test_killing.py tests/site/test_fuzz.py tests/site/test_fuzz_doors.py \
		tests/site/test_fuzz_vendors.py tests/adapters/test_slack_in_fuzz.py \
		tests/process/test_opening.py tests/process/test_editor_schema.py \
		tests/story/test_sound_processes.py \
		tests/alarms/test_paired_alertmanagers.py \
		tests/incidents/test_orders.py tests/incidents/test_crew_orders.py \
		tests/alarms/test_page_model.py tests/alarms/test_explaining.py tests/alarms/test_flapping.py \
		tests/alarms/test_swings.py tests/desk/test_question_orders.py tests/rota/test_import_sources.py \
		--kills 500 --fuzz 100000 --days 1000 --histories 100 --orders 200 --seed $$(date +%s)

schema: .venv/tools  ## Write the tables anew that an empty database gets, after a migration
	cd tests && ../$(BIN)/python -m testing.schema

bench: .venv/tools  ## Measure speed, and write docs/benchmarks.md
	$(BIN)/python bench

LOCK = env -u PIP_FIND_LINKS -u PIP_EXTRA_INDEX_URL $(BIN)/uv pip compile --quiet --universal \
	--python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-strip-extras \
	--no-header --no-annotate pyproject.toml --group build
lock: .venv/tools  ## Lock the newest versions that pyproject.toml allows
	$(LOCK) --upgrade --output-file requirements.txt
	cp requirements.txt requirements-dev.txt
	$(LOCK) --group dev --output-file requirements-dev.txt

clean:  ## Remove what was made here; the data in ./var stays
	rm -rf .venv tests/markup/node_modules .pytest_cache .mypy_cache .ruff_cache .import_linter_cache build
