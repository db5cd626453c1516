# Every target sets up what it needs, in .venv; nothing else on the machine is touched but packages of the distribution.
PYTHON ?= $(shell for each in python3.13 python3.12 python3.11 python3; do $$each -c 'import sys; sys.exit(not (3,11) <= sys.version_info[:2] <= (3,13))' 2>/dev/null && echo $$each && break; done)
BIN := .venv/bin
# A module's tests share an engine's state and stay in one process; an embedded engine is one process's own, so modules run beside each other.
WORKERS := -n 2 --dist loadfile --no-loadscope-reorder
ROOT := $(shell test "$$(id -u)" = 0 || echo sudo -n)

.PHONY: run test test-long lint bench docs lock clean
run: .venv/run.stamp
	$(BIN)/apogee demo --data data/demo

test: .venv/dev.stamp .venv/browser.stamp .venv/postgres.stamp
	$(BIN)/lint-imports
	$(BIN)/pytest $(WORKERS) --cov --cov-report=term:skip-covered

test-long: .venv/dev.stamp .venv/browser.stamp .venv/postgres.stamp
	$(BIN)/pytest $(WORKERS) -m '' --hypothesis-profile=long

lint: .venv/dev.stamp
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m tests.dependency_audit

bench: .venv/dev.stamp
	$(BIN)/python -m tests.benchmarks

docs: .venv/dev.stamp
	$(BIN)/python -m metrics.handbook
	$(BIN)/python -m tests.real_data

lock: .venv/dev.stamp
	$(BIN)/pip install -q uv
	$(BIN)/uv pip compile --universal --python-version 3.11 --no-emit-index-url --no-header --no-annotate pyproject.toml -o requirements.lock
	$(BIN)/uv pip compile --universal --python-version 3.11 --no-emit-index-url --no-header --no-annotate --all-extras pyproject.toml -o requirements-dev.lock

# A virtual environment needs ensurepip, which Debian keeps in a package of its own.
.venv/made.stamp:
	@test -n "$(PYTHON)" || { echo "Python 3.11, 3.12 or 3.13 is needed: apt-get install python3 python3-venv"; exit 1; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || { $(ROOT) apt-get update -qq && $(ROOT) apt-get install -y -qq python3-venv; }
	$(PYTHON) -m venv .venv
	@touch $@

.venv/run.stamp: .venv/made.stamp requirements.lock pyproject.toml
	$(BIN)/pip install -q --disable-pip-version-check -r requirements.lock
	$(BIN)/pip install -q --disable-pip-version-check --no-deps -e .
	@touch $@

.venv/dev.stamp: .venv/run.stamp requirements-dev.lock
	$(BIN)/pip install -q --disable-pip-version-check -r requirements-dev.lock
	@touch $@

# The browser tests use the distribution's Chromium; where it cannot be had they are skipped and say so, each time.
.venv/browser.stamp: .venv/made.stamp
	@command -v chromium >/dev/null 2>&1 || { $(ROOT) apt-get update -qq && $(ROOT) apt-get install -y -qq chromium fonts-liberation fonts-dejavu; } \
		&& touch $@ || echo "No Chromium could be installed: the browser tests will be skipped."

# The tests of the ledger start a PostgreSQL of their own; where it cannot be had they are skipped and say so, each time.
.venv/postgres.stamp: .venv/made.stamp
	@ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || { $(ROOT) apt-get update -qq && $(ROOT) apt-get install -y -qq postgresql; } \
		&& touch $@ || echo "No PostgreSQL could be installed: its tests will be skipped."

clean:
	rm -rf .venv data build *.egg-info
