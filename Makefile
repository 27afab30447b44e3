# Needs make and python3 (3.11 or newer, with venv); all else is installed into .venv from requirements.lock.
.DEFAULT_GOAL := data
.NOTPARALLEL:
.DELETE_ON_ERROR:
.SUFFIXES:

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# DVC without its lines per stage, yet with its errors, which its own --quiet would hide.
DVC := $(BIN)/python -c \
	'import logging, sys, dvc.cli; logging.getLogger("dvc").setLevel("WARNING"); sys.exit(dvc.cli.main())'
READY := $(VENV)/.ready
# The stages that DVC runs find this Python, and the code of this checkout.
export PATH := $(CURDIR)/$(BIN):$(PATH)
unexport PYTHONPATH PYTHONHOME PYTHONSAFEPATH

.PHONY: data test test-all soak lint docs generated realism bench assets lock clean distclean help

data: $(READY) ## build every dataset: data/<profile>/ (the default); AS_OF=DATE: as of that day, from now on
	@$(if $(AS_OF),$(BIN)/python pipeline dvc --as-of '$(AS_OF)')
	@$(DVC) repro

test: $(READY) ## run the tests: all of the fast ones, and one of each slow kind
	@$(BIN)/pytest -n 2

test-all: $(READY) ## run the whole test suite, as continuous integration does
	@$(BIN)/pytest -n 2 -m 'not soak'

soak: $(READY) ## run the longest sweeps, which take hours
	@$(BIN)/pytest -n 2 -m soak

lint: $(READY) docs ## check style, types, floors, workflows, and the links of the pages
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/zizmor --offline --quiet .github
	$(BIN)/check-jsonschema --builtin-schema vendor.github-workflows .github/workflows/*.yml
	$(BIN)/check-jsonschema --builtin-schema custom.github-workflows-require-timeout .github/workflows/*.yml
	$(BIN)/check-jsonschema --builtin-schema vendor.dependabot .github/dependabot.yml

docs: $(READY) ## build the pages as a site: build/site/index.html
	$(BIN)/zensical build --strict --clean

generated: $(READY) ## renew what is made from the domain: dvc.yaml, the pages on tables and decisions, the samples
	$(BIN)/python pipeline dvc
	PYTHONPATH=pipeline $(BIN)/python docs/make_tables.py
	PYTHONPATH=pipeline $(BIN)/python docs/make_samples.py
	PYTHONPATH=pipeline $(BIN)/python docs/make_api.py
	$(BIN)/python docs/make_decisions.py
	$(BIN)/python docs/make_realism.py
	$(BIN)/python docs/make_realism_plots.py

realism: $(READY) ## measure how real the data is: docs/realism.md (minutes, and gigabytes under build/)
	$(BIN)/demo-data build load-test --no-json --workers 2 --out build/realism/load-test
	$(BIN)/demo-data build docs/realism/years.yaml --no-json --workers 2 --out build/realism/years
	$(BIN)/demo-data build kenya --no-json --workers 2 --out build/realism/kenya
	$(BIN)/python docs/make_realism.py --measure build/realism
	$(BIN)/python docs/make_realism_plots.py

bench: $(READY) ## measure speed and memory
	@$(BIN)/python -m benchmarks

assets: ## bundle the scripts and styles of a dataset's page into the package; needs Node and npm
	cd assets && npm ci --silent && node build.mjs

lock: $(BIN)/uv ## remake requirements.lock from pyproject.toml (UPGRADE=1 moves every pin)
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-header --no-emit-index-url --python-version 3.11 \
		--python $(BIN)/python --all-extras $(if $(UPGRADE),--upgrade) --output-file requirements.lock pyproject.toml

clean: ## remove built datasets (not their manifests, which git keeps) and caches
	rm -rf .dvc/cache .dvc/tmp build dist dvc_plots
	rm -rf .cache .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	[ ! -d data ] || find data -mindepth 2 ! -name snapshot.json -delete
	find . -name __pycache__ -not -path './$(VENV)/*' -prune -exec rm -rf {} +

distclean: clean ## clean, and remove .venv too
	rm -rf $(VENV)

help: ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

# Set-up happens once, and again only when the lock file or the package's metadata change. uv comes first, with the
# version and hashes that the lock file gives it, because it installs the rest in seconds.
$(READY): requirements.lock pyproject.toml | $(BIN)/uv
	@echo "Installing the locked packages into $(VENV) ..."
	@$(BIN)/uv pip sync --quiet --compile-bytecode --python $(BIN)/python --require-hashes \
		--build-constraints requirements.lock --require-build-hashes requirements.lock
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@touch $@

$(BIN)/uv:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; this is " + sys.version.split()[0] + ". Name another one: make PYTHON=python3.12")'
	@echo "Setting up $(VENV), once ..."
	@$(PYTHON) -m venv $(VENV)
	@awk '/^[^ ]/ { uv = /^uv==/ } uv' requirements.lock > $(VENV)/uv.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r $(VENV)/uv.txt
