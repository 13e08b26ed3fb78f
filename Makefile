# The only things assumed are make, git and Python 3.11 or newer; everything else goes into .venv.
PYTHON ?= python3
export PIP_DISABLE_PIP_VERSION_CHECK = 1
export PIP_NO_INPUT = 1

BIN := .venv/bin
INSTALL := $(BIN)/python -m pip install --quiet --constraint constraints.txt --build-constraint constraints.txt

.DEFAULT_GOAL := help
.PHONY: help site serve install test lint format browser bench constraints clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "make %-12s %s\n", $$1, $$2}' Makefile

site: .venv/package-installed ## build the site into site/
	$(BIN)/living-sla build
	@echo "The site is in $(CURDIR)/site"
	@echo "To look at it: make serve, or put that folder on any web server."

serve: .venv/package-installed ## show the site in a browser, and again after every change
	$(BIN)/living-sla serve

install: .venv/package-installed ## install the package and what it needs into .venv

test: .venv/checks-installed browser lint ## run every check and every test
	$(BIN)/pytest -n 2 --dist loadgroup

# The workflows are linted by tests/test_workflows.py.
lint: .venv/checks-installed ## run the linters and the type checker
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: .venv/checks-installed ## format the code and mend what ruff can mend
	$(BIN)/ruff check --fix-only .
	$(BIN)/ruff format .

browser: ## install Chromium for the browser tests, unless there is one
	@tests/browser/install-browser.sh

bench: .venv/checks-installed ## measure: run every script in benchmarks/
	@set -e; for script in $(sort $(wildcard benchmarks/*.py)); do echo "== $$script"; $(BIN)/python "$$script"; done

# For the oldest Python supported, so that the versions suit the newer ones too; wheels only.
constraints: .venv/package-manager-installed ## choose the newest versions of everything anew, into constraints.txt
	$(BIN)/python -m pip install --quiet --dry-run --ignore-installed --report .venv/resolved.json \
	  --python-version 3.11 --only-binary :all: --target .venv/resolved . --group dev pip hatchling
	$(BIN)/python -c 'import json; \
	  resolved = json.load(open(".venv/resolved.json"))["install"]; \
	  pins = ["{name}=={version}".format_map(each["metadata"]) for each in resolved if not each["is_direct"]]; \
	  print("# Written by make constraints", *sorted(pins, key=str.lower), sep="\n")' > .venv/constraints.txt
	mv .venv/constraints.txt constraints.txt

clean: ## remove everything that make makes, .venv included
	rm -rf .venv site dist build .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find agreement benchmarks generator site_templates tests -name __pycache__ -prune -exec rm -rf {} +

.venv/package-manager-installed:
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("Python 3.11 or newer is needed, this is " + \
	  sys.version.split()[0] + "; name another: make PYTHON=python3.13")'
	@$(PYTHON) -c 'import ensurepip, venv' || \
	  { echo "this Python cannot make virtual environments; on Debian: apt-get install python3-venv"; exit 1; }
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --upgrade --constraint constraints.txt pip
	@touch $@

.venv/package-installed: pyproject.toml constraints.txt | .venv/package-manager-installed
	$(INSTALL) --editable .
	@touch $@

.venv/checks-installed: .venv/package-installed
	$(INSTALL) --group dev
	@touch $@
