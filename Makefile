# One line a chore; `make help` prints this list from the comments behind `##`.
# The first of these that can make an environment: a name on the PATH may be a shim with nothing behind it, and
# Debian's Python lacks these modules without python3-venv.
PYTHON ?= $(shell for version in 3.11 3.12 3.13 3.14; do python$$version -c 'import ensurepip, venv' 2>/dev/null && echo python$$version && break; done)
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
PACKAGES := attio_api attio_emulator attio_relay attio_sync destination_attio source_attio

.DEFAULT_GOAL := help
# What the demo loads of everything the package can need, by name: a third of the download. The versions are those of
# constraints.txt, and `make demo` in CI shows on every Python that nothing is missing.
DEMO_VENV := .venv-demo
DEMO_STAMP := $(DEMO_VENV)/.installed
DEMO_PACKAGES := airbyte-cdk airbyte-protocol-models-dataclasses annotated-types anyascii anyio attributes-doc attrs \
	backoff cachetools cattrs certifi cffi charset-normalizer click cryptography dpath duckdb dunamai filelock genson \
	h11 httptools idna ijson isodate jinja2 jsonref jsonschema jsonschema-specifications markupsafe msgspec numpy \
	orjson packaging phonenumberslite platformdirs pycparser pydantic pydantic-core pygments pyjwt pyrate-limiter \
	python-dateutil python-multipart pytz pyyaml rapidfuzz referencing requests requests-cache requests-file rich rpds-py \
	serpyco-rs six starlette tldextract typing-extensions typing-inspection tzdata url-normalize urllib3 uvicorn uvloop \
	whenever xmltodict

.PHONY: help setup check lint deeper test demo pictures bench oracles images registry registry-submission

help: ## Show this list
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-20s %s\n", $$1, $$2}'

# A recipe of its own, so that both environments ask the same question first.
NEED_PYTHON = test -n "$(PYTHON)" || { printf '%s\n' "No Python from 3.11 to 3.14 with ensurepip and venv is on the PATH. Install" "one (on Debian and Ubuntu with python3-venv), or say which: make PYTHON=/path/to/python" >&2; exit 2; }

$(STAMP): pyproject.toml constraints.txt
	@$(NEED_PYTHON)
	@echo "The first time: all that checks and tests need into $(VENV), a few minutes."
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	@touch $@

setup: $(STAMP) ## Install everything into .venv

check: lint deeper ## Lint, format, types, import contracts, dead code

lint: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

deeper: $(STAMP)
	$(BIN)/mypy
	$(BIN)/lint-imports
	@# What only templates and the manifest name is used too: their words stand in for them.
	@git ls-files '*.html' 'source_attio/manifest.yaml' | xargs grep -ohE '[a-z]+(_[a-z]+)+|\.[A-Za-z]+(_[a-z]+)*' | tr -d . | sort -u > $(VENV)/template_words.py
	$(BIN)/vulture --config pyproject.toml $(PACKAGES) $(VENV)/template_words.py

test: lint ## Every check and every test
	@# The checks that take long run beside the tests, which leave a core idle at their end; what they say comes last.
	@# Compiled code is kept, whatever the shell says: else each program that a test starts compiles it again.
	@# Three at once on two cores: a third of its time a test waits for a program, a page or a clock.
	@echo "Types, import contracts and dead code are checked meanwhile."
	@# MAKE_COMMAND, not MAKE: a line with the latter runs under `make -n` as well, and with it every test.
	@$(MAKE_COMMAND) --no-print-directory deeper > $(VENV)/deeper.txt 2>&1 & checks=$$!; trap 'kill $$checks' INT TERM; \
		PYTHONDONTWRITEBYTECODE= $(BIN)/pytest -n 3 --dist worksteal; tested=$$?; \
		wait $$checks; checked=$$?; cat $(VENV)/deeper.txt; exit $$((tested | checked))

$(DEMO_STAMP): pyproject.toml constraints.txt Makefile
	@$(NEED_PYTHON)
	@echo "The first time: $(words $(DEMO_PACKAGES)) packages into $(DEMO_VENV), about half a minute."
	@$(PYTHON) -m venv $(DEMO_VENV)
	@$(DEMO_VENV)/bin/python -m pip install --disable-pip-version-check --no-compile --no-deps --constraint constraints.txt \
		$(DEMO_PACKAGES) --editable .
	@touch $@

demo: $(DEMO_STAMP) ## See the whole product work, without an Attio account
	@$(DEMO_VENV)/bin/attio-sync demo

pictures: $(STAMP) ## Take the pictures of the README from a real run (needs Chromium)
	$(BIN)/python -m integration_tests.pictures

bench: $(STAMP) ## Measure speed and memory, as ratios in one run
	$(BIN)/python -m benchmarks

oracles: $(STAMP) ## Hold the emulator against clients that nobody here wrote (needs a network and npm)
	$(BIN)/python -m integration_tests.oracles

# buildah builds without an engine that runs in the background; docker may be there as a client alone.
BUILD ?= $(shell docker info >/dev/null 2>&1 && echo docker build || echo buildah build --layers)

images: ## Build the container images with a Docker engine or with buildah (PYTHON_IMAGE=)
	for target in source-attio destination-attio relay emulator; do $(BUILD) $(if $(PYTHON_IMAGE),--build-arg PYTHON_IMAGE=$(PYTHON_IMAGE)) --target $$target --tag airbyte-attio/$$target . || { echo "$$target was not built. Where its base cannot be pulled, name another with Python 3.11: make images PYTHON_IMAGE=REGISTRY/NAME" >&2; exit 1; }; done

registry: $(STAMP) ## A connector registry for your own Airbyte, in build/registry (BASE=, IMAGES=)
	$(BIN)/python -m shipping registry $(if $(BASE),--base $(BASE)) $(if $(IMAGES),--images $(IMAGES))

registry-submission: $(STAMP) ## Both connectors as folders of Airbyte's monorepo, in build/submission
	$(BIN)/python -m shipping submission
