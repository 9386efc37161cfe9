# Everything a developer does, in two commands: `make run` and `make test`. Both need Python 3.11 or newer, make and a C
# library; Node, Temporal and all else come from the locked Python and npm packages into .venv and ui/node_modules.

PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV   := .venv
PY     := $(VENV)/bin/python
PIP    := $(PY) -m pip --disable-pip-version-check --quiet install --no-deps --no-compile
NPM    := $(PY) hatch_build.py npm

unexport PYTHONDONTWRITEBYTECODE # what is imported is compiled once, not at each start

PYTEST_ARGS ?= -n auto --no-loadscope-reorder --durations 30

.DEFAULT_GOAL := help
.PHONY: help run test checked lint ui ui-test pytest fresh alone chaos bench docs lock clean

help:  ## Show what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: $(VENV)/.run ui  ## Install what is missing and start everything, with a demo shop
	@$(VENV)/bin/waitline up

test: $(VENV)/.dev ui  ## Install what is missing and run every check: style, types, contracts, tests
	@$(MAKE) --no-print-directory -j 2 fresh checked
	@$(MAKE) --no-print-directory pytest
	@$(MAKE) --no-print-directory alone

checked: # beside what installs a clone against the clock; style and types give way to it
	@nice -n 5 $(MAKE) --no-print-directory lint ui-test

lint: $(VENV)/.dev  ## Formatting, lint, import contracts and types of the Python code
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/ruff check .
	$(VENV)/bin/lint-imports
	$(VENV)/bin/pyright

ui: $(VENV)/.build  ## Build the web interface into api/static, if its sources changed
	@$(PY) hatch_build.py

ui-test: $(VENV)/.dev  ## Lint, types and tests of the web interface
	$(NPM) run lint
	$(NPM) run typecheck
	$(NPM) run test

pytest: $(VENV)/.dev ui  ## The other Python tests, those that drive browsers and kill processes among them
	$(VENV)/bin/pytest -m "not fresh and not alone" $(PYTEST_ARGS)

FRESH := tests/fresh/test_make_run.py tests/fresh/test_developer.py
fresh: $(VENV)/.dev ui  ## The tests that install a clone and a package, as strangers do
	@$(VENV)/bin/pytest -m fresh $(FRESH) > $(VENV)/fresh.log 2>&1; ended=$$?; cat $(VENV)/fresh.log; exit $$ended

ALONE := $(shell grep -rl --include='test_*.py' 'pytest.mark.alone' tests)
alone: $(VENV)/.dev ui  ## The tests of promised times and rates, one after another with nothing beside them
	$(VENV)/bin/pytest -m alone --durations 10 $(ALONE)

chaos: $(VENV)/.dev ui  ## Only the tests that kill processes, at full size; writes docs/reliability.md
	CHAOS_ENROLLMENTS=500 WAITLINE_CHAOS=whole $(VENV)/bin/pytest -m chaos --timeout 7200

bench: $(VENV)/.dev ui  ## Measure the fan-out of a restock, and events in, against the plain way
	$(PY) -m benchmarks.fanout
	$(PY) -m benchmarks.ingest --postgres

docs: $(VENV)/.dev  ## Write what is drawn from the code: reference pages, OpenAPI document, types of the interface
	$(PY) -m tests.architecture.reference
	$(VENV)/bin/waitline openapi > $(VENV)/openapi.json && cp $(VENV)/openapi.json ui/openapi.json
	$(NPM) run generate

LOCK := $(VENV)/bin/uv pip compile --quiet --universal --generate-hashes --python-version 3.11 \
        --no-emit-index-url --no-emit-find-links --no-header
lock: $(PY)  ## Resolve dependencies anew into requirements/
	@$(PIP) uv==0.13.9
	$(LOCK) --extra postgres pyproject.toml -o requirements/run.txt
	$(LOCK) --group dev -c requirements/run.txt pyproject.toml -o requirements/dev.txt
	$(LOCK) --group build -c requirements/dev.txt -o requirements/build.txt

clean:  ## Remove what was installed and built; data stays
	rm -rf $(VENV) ui/node_modules ui/dist api/static

# --- stamps: each is a file in .venv newer than what it was made from ------------------------------------------------

$(PY):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Waitline needs Python 3.11 or newer; name one: make PYTHON=python3.11 ...")'
	@echo "Installing into $(VENV): a minute or two, once"
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.build: requirements/build.txt | $(PY)
	@$(PIP) --require-hashes -r requirements/build.txt
	@touch $@

$(VENV)/.packages: requirements/run.txt | $(PY)
	@$(PIP) --require-hashes -r requirements/run.txt
	@touch $@

$(VENV)/.run: pyproject.toml hatch_build.py requirements/run.txt $(VENV)/.build
	@$(MAKE) --no-print-directory -j 2 $(VENV)/.packages ui
	@$(PIP) --no-build-isolation -e .
	@$(PY) -c 'import api.serve, api.standalone.supervisor, api.work' # compiles it, so that the first start is quick
	@touch $@

$(VENV)/.dev: requirements/dev.txt $(VENV)/.run
	@$(PIP) --require-hashes -r requirements/dev.txt
	@touch $@
