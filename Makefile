# One line a chore; `make help` prints this list from the comments behind `##`.
PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.DEFAULT_GOAL := help
.PHONY: help setup check test demo bench images

help: ## Show this list
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-8s %s\n", $$1, $$2}'

$(STAMP): pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	@touch $@

setup: $(STAMP) ## Install everything into .venv

check: $(STAMP) ## Lint, format, types, import contracts
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

test: check ## Check, then run every test
	$(BIN)/pytest -n 2

demo: $(STAMP) ## See the whole product work, without an Attio account
	$(BIN)/attio-sync demo

bench: $(STAMP) ## Measure speed and memory, as ratios in one run
	$(BIN)/python -m benchmarks

images: ## Build the container images (needs a Docker engine)
	for target in source-attio destination-attio relay emulator; do docker build --target $$target --tag airbyte-attio/$$target . || exit 1; done
