# Paradero: `make run` to see it, `make test` to check it. Everything else is listed by `make help`.
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
PY := $(VENV)/bin/python
export PIP_DISABLE_PIP_VERSION_CHECK = 1

.DEFAULT_GOAL := help
.PHONY: help run test check bench chaos clean format lock install install-dev words

help: ## What there is
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 14

run: install ## Start the portal with its own PostgreSQL and a demo shop (PORT=8000, DEMO=0, DATABASE_URL=…)
	@exec $(PY) -m app.server.supervisor

test: install-dev ## Run every test, the browser's too, on a throw-away PostgreSQL
	@tools/chromium.sh
	$(PY) -m pytest -n 2 --dist loadgroup $(if $(ARGS),$(ARGS),--cov=app --cov-report=)
	$(if $(ARGS),,$(PY) tools/error_branches.py)

check: install-dev ## Format, lint, types, imports, migrations, translations
	$(VENV)/bin/ruff format --check app tests migrations benchmarks wsgi.py
	$(VENV)/bin/ruff check app tests migrations benchmarks wsgi.py
	$(VENV)/bin/mypy
	$(VENV)/bin/lint-imports
	$(PY) -m app.core.i18n.catalogues check
	$(PY) tools/migrations_match.py

format: install-dev ## Put the code into its form
	$(VENV)/bin/ruff check --fix app tests migrations benchmarks wsgi.py
	$(VENV)/bin/ruff format app tests migrations benchmarks wsgi.py

bench: install-dev ## Measure the rows of docs/reports/bench.md
	$(PY) -m benchmarks $(ARGS)

chaos: install-dev ## Break, crowd and contradict it for an hour or more; reports go to docs/reports (ARGS=…: see benchmarks/chaos)
	$(PY) -m benchmarks.chaos $(or $(ARGS),--keep)
	$(if $(ARGS),,@for part in $(TRIALS); do $(PY) -m benchmarks.$$part || exit 1; done)
	$(if $(ARGS),,PARADERO_EXAMPLES=100 $(PY) -m pytest -q tests/api/test_description.py)

TRIALS := crowd backlog restarts finished return_story

lock: install-dev ## Write requirements*.txt anew from pyproject.toml
	$(PY) -m pip install --quiet uv
	$(VENV)/bin/uv pip compile pyproject.toml -o requirements.txt $(LOCK)
	$(VENV)/bin/uv pip compile pyproject.toml -o requirements-dev.txt --extra dev -c requirements.txt $(LOCK)

LOCK := --universal --python-version 3.11 --generate-hashes --no-strip-extras --no-emit-index-url --no-header --no-annotate --quiet --upgrade

clean: ## Remove the environment and built files; the data under var/ stay
	rm -rf $(VENV) node_modules app/static/vendor .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find app -name '*.mo' -delete; find . -name __pycache__ -prune -exec rm -rf {} +

install: $(VENV)/.installed words ## Make the environment

install-dev: $(VENV)/.installed-dev words

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed: make run PYTHON=python3.12"; exit 1; }
	@echo "Making the environment …"
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: requirements.txt package-lock.json | $(VENV)/bin/python
	@echo "Installing what Paradero needs (a minute or two the first time) …"
	@$(PY) -m pip install -qq --no-deps --require-hashes -r requirements.txt
	@tools/assets.sh
	@touch $@

$(VENV)/.installed-dev: requirements-dev.txt $(VENV)/.installed
	@echo "Installing what its tests need …"
	@$(PY) -m pip install -qq --no-deps --require-hashes -r requirements-dev.txt
	@tools/assets.sh --dev
	@touch $@

words: $(VENV)/.installed
	@$(PY) -c "from app.core.i18n.catalogues import compile_catalogues; compile_catalogues()"
	@$(PY) -m app.pages.assets > /dev/null
