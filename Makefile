# Two commands do everything on a machine with Python 3.11 and make:
#   make refresh   the nightly job once        make test   all tests
# make test-fast asks the unit tests and the examples in docstrings alone, in a minute.
PYTHON ?= python3.11
BIN := .venv/bin
INSTALLED := .venv/installed
AS_ROOT := $(if $(filter 0,$(shell id -u)),,sudo)
# Or every worker and every process of a night compiles all that it imports anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: refresh test test-fast browser check lint types registry definitions format serve \
  pages clean lock bench setup
refresh: $(INSTALLED)
	@$(BIN)/kinhbac refresh

test: $(INSTALLED) browser
	$(BIN)/python -m pytest -n 3 --dist loadfile --no-loadscope-reorder tests

test-fast: $(INSTALLED)
	$(BIN)/python -m pytest -n 2 --dist loadfile --doctest-modules tests/unit kinhbac

# Pages are tested in a real Chromium; where there is none, Debian's is installed.
browser:
	@{ command -v chromium || command -v chromium-browser || command -v google-chrome; } >/dev/null \
	  || { echo "Installing Chromium for the tests of pages (once) …"; \
	       $(AS_ROOT) apt-get -qq update && $(AS_ROOT) env DEBIAN_FRONTEND=noninteractive \
	       apt-get -qq -y install --no-install-recommends chromium >/dev/null; } \
	  || { echo "The tests of pages need Chromium: install it, then run make test again."; exit 1; }

# Its parts, so that a commit can ask those that take seconds (.pre-commit-config.yaml).
check: lint types registry definitions

lint: $(INSTALLED)
	$(BIN)/ruff check kinhbac orchestration dbt_project tests bench notebooks
	$(BIN)/ruff format --check kinhbac orchestration dbt_project tests bench notebooks
	$(BIN)/sqlfmt --check --quiet dbt_project kinhbac bench

types: $(INSTALLED)
	$(BIN)/mypy kinhbac orchestration bench

registry: $(INSTALLED)
	$(BIN)/python -m pytest -q tests/unit/test_words.py
	$(BIN)/kinhbac check

definitions: $(INSTALLED)
	$(BIN)/kinhbac prepare
	$(BIN)/dg check defs

format: $(INSTALLED)
	$(BIN)/ruff check --fix kinhbac orchestration dbt_project tests bench notebooks
	$(BIN)/ruff format kinhbac orchestration dbt_project tests bench notebooks
	$(BIN)/sqlfmt dbt_project kinhbac bench

serve: $(INSTALLED)
	@$(BIN)/python -m orchestration.serve

# Pictures of every kind of page at three widths and on A4, and what runs out, is cut off or overlaps.
pages: $(INSTALLED) browser
	$(BIN)/python -m tests.pages.layout data/current/site data/pictures

bench: $(INSTALLED)
	$(BIN)/python -m bench.refresh
	$(BIN)/python -m bench.composite
	$(BIN)/python -m bench.deliveries
	$(BIN)/python -m bench.growth

setup: $(INSTALLED)
$(INSTALLED): requirements.lock pyproject.toml
	@echo "Setting up .venv (once; a minute or two) …"
	@$(PYTHON) -m venv .venv
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@$(BIN)/kinhbac prepare
	@touch $@

lock: $(INSTALLED)
	$(BIN)/uv pip compile pyproject.toml --extra dev --python-version 3.11 --generate-hashes \
	  --no-strip-extras --no-emit-index-url --no-header --quiet -o requirements.lock

# Releases and landed extracts are data: clean removes what can be made again, no more.
clean:
	rm -rf .venv .made data/build data/computed data/counted data/dbt data/tables data/dagster \
	  dbt_project/target .mypy_cache .ruff_cache .pytest_cache
