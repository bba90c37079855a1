# Paradero: `make run` to see it, `make test` to check it. Everything else is listed by `make help`.
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
PY := $(VENV)/bin/python
export PIP_DISABLE_PIP_VERSION_CHECK = 1
# Dozens of processes start on the same code: without this each of them would compile it anew.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help run portal test coverage check bench chaos clean format lock notice wheel image install install-dev words compile

help: ## What there is
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 14

run: install ## Start the portal with its own PostgreSQL and a demo shop (PORT=8000, DEMO=0, DATABASE_URL=…)
	@exec $(PY) -m paradero run

portal: install ## Any other command of the portal (ARGS="doctor"; without: which there are)
	@$(PY) -m paradero $(or $(ARGS),--help)

test: install-dev ## Run every test, the browser's too, on a throw-away PostgreSQL
	@tools/chromium.sh
	$(if $(ARGS),,PYTEST_PLUGINS=tools.error_branches) $(PY) -m pytest -n 2 --dist loadfile --no-loadscope-reorder $(ARGS)
	$(if $(ARGS),,$(PY) -m tools.error_branches)

coverage: install-dev ## Count which lines and branches the tests run: takes nearly twice as long as they do
	@tools/chromium.sh
	$(PY) -m pytest -n 2 --dist loadfile --no-loadscope-reorder --cov=app

check: install-dev ## Format, lint, types, imports, migrations, translations
	$(VENV)/bin/djangofmt --check --quiet app/templates
	$(VENV)/bin/ruff format --check app tests migrations benchmarks tools paradero.py wsgi.py
	$(VENV)/bin/ruff check app tests migrations benchmarks tools paradero.py wsgi.py
	$(VENV)/bin/mypy
	$(VENV)/bin/lint-imports
	$(PY) -m tools.words check
	$(PY) -m tools.writing
	$(PY) -m tools.data_map check
	$(PY) -m tools.conformance check
	$(PY) tools/migrations_match.py
	$(PY) tools/notice.py check

format: install-dev ## Put the code into its form
	$(VENV)/bin/ruff check --fix app tests migrations benchmarks tools paradero.py wsgi.py
	$(VENV)/bin/ruff format app tests migrations benchmarks tools paradero.py wsgi.py
	$(VENV)/bin/djangofmt --quiet app/templates

bench: install-dev ## Measure the rows of docs/reports/bench.md
	$(PY) -m benchmarks $(ARGS)

chaos: install-dev ## Break, crowd and contradict it for an hour or more; reports go to docs/reports (ARGS=…: see benchmarks/chaos)
	$(PY) -m benchmarks.chaos $(or $(ARGS),--keep)
	$(if $(ARGS),,@for part in $(TRIALS); do $(PY) -m benchmarks.$$part || exit 1; done)
	$(if $(ARGS),,PARADERO_EXAMPLES=100 $(PY) -m pytest -q tests/api/http/test_description.py)
	$(if $(ARGS),,PARADERO_WALKS=all $(PY) -m pytest -q tests/browser/everyone/test_every_page.py tests/browser/hour tests/browser/test_translated.py tests/foundation/server/test_make_run.py tests/chaos/test_deeds.py tests/house/routes/test_no_accident.py)

TRIALS := crowd backlog restarts finished return_story documents

# Every shell has a LANG of its own: only one that is written behind `make words` begins a language.
words: $(VENV)/.installed ## Bring the translations up to date with the texts (LANG=fr begins a language: see docs/translating.md)
	@$(PY) -m tools.words $(if $(filter command,$(origin LANG)),$(LANG))

wheel: install-dev ## Build dist/paradero-….whl: all that runs, none of the tests
	@rm -rf dist
	@$(PY) -m hatchling build -t wheel

image: install-dev ## Run the Dockerfile's steps in bare Debian trees and start what comes of it (root, debootstrap; no engine)
	$(PY) -m tools.image $(ARGS)

lock: install-dev ## Write requirements*.txt anew from pyproject.toml, and the NOTICE from them (UPGRADE=: keep versions)
	tools/lock.sh
	@$(MAKE) notice

notice: install-dev ## Write NOTICE anew: whose work is in it, and under which licences
	$(PY) tools/notice.py

clean: ## Remove the environment and built files; the data under var/ stay
	rm -rf $(VENV) node_modules dist app/static/vendor .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find app -name '*.mo' -delete; find . -name __pycache__ -prune -exec rm -rf {} +

install: $(VENV)/.installed compile ## Make the environment

install-dev: $(VENV)/.installed-dev compile

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed: make run PYTHON=python3.12"; exit 1; }
	@echo "Making the environment …"
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: requirements.txt requirements-run.txt package-lock.json tools/command.sh | $(VENV)/bin/python
	@echo "Installing what Paradero needs (a minute or two the first time) …"
	@$(PY) -m pip install -qq --no-deps --require-hashes -r requirements.txt -r requirements-run.txt
	@tools/assets.sh
	@tools/command.sh
	@touch $@

$(VENV)/.installed-dev: requirements-dev.txt $(VENV)/.installed
	@echo "Installing what its tests need …"
	@$(PY) -m pip install -qq --no-deps --require-hashes -r requirements-dev.txt
	@tools/assets.sh --dev
	@touch $@

compile: $(VENV)/.installed
	@$(PY) -c "from app.core.i18n.catalogues import compile_catalogues; compile_catalogues()"
	@$(PY) -m app.pages.assets > /dev/null
