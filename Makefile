# Everything runs in its own virtual environment, .venv, made on first use.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
CHROMIUM_PACKAGES := chromium fonts-noto-core

.DEFAULT_GOAL := help
.PHONY: help map test quick check format bench gallery data clean

help:  ## show this list
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

$(VENV)/.run: pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "panj needs Python 3.11 or newer; found $$($(PYTHON) --version). Try: make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 2; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "setting up $(VENV) ..." >&2
	@$(BIN)/python -m pip install --quiet --editable .
	@touch $@

$(VENV)/.dev: $(VENV)/.run
	@echo "adding the test tools ..." >&2
	@$(BIN)/python -m pip install --quiet --editable '.[build,distributed,test]'
	@touch $@

.PHONY: chromium
chromium: $(VENV)/.dev
	@$(BIN)/python tests/browser/install.py

map: $(VENV)/.run  ## write panj.html, the built-in chronicle on the border
	@$(BIN)/panj map -o panj.html

test: $(VENV)/.dev chromium  ## lint, types, all tests with coverage, browser tests in Chromium
	@$(MAKE) --no-print-directory check
	@$(BIN)/python -m pytest --cov --cov-report=term

quick: $(VENV)/.dev  ## the quick tests only, no browser
	@$(BIN)/python -m pytest -q -m "not slow and not browser"

check: $(VENV)/.dev  ## lint, format and types, of the Python and of the page's JavaScript
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/python tests/javascript/check.py

format: $(VENV)/.dev  ## put the code in form
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

bench: $(VENV)/.dev  ## benchmarks side by side with peers; writes benchmarks/results.json
	@$(BIN)/python -m pip install --quiet --editable '.[bench]'
	@$(BIN)/python benchmarks/run.py

gallery: $(VENV)/.dev chromium  ## pictures of the page, few events and many; writes docs/gallery
	@$(BIN)/python benchmarks/gallery.py

data: $(VENV)/.dev  ## rebuild the built-in data from its sources and compare
	@$(BIN)/panj geodata build

clean:  ## remove everything that make made
	rm -rf $(VENV) build dist *.egg-info panj.html geodata-build .mypy_cache .ruff_cache .pytest_cache .hypothesis .coverage
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
