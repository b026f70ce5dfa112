# Everything a developer types. Needs Python 3.11 or later and make; the rest is installed into .venv and node_modules.

PYTHON := $(shell for each in python3.11 python3 python3.12 python3.13 python3.14 python; do \
	$$each -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$each && break; done)
VENV := .venv/bin
MANAGE := $(VENV)/python manage.py
JOBS ?= 2
PORT ?= 8000
export PORT

.DEFAULT_GOAL := help
.PHONY: help run code stop test check bench chaos attack lock clean python setup browser

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: python ## Set everything up and serve at PORT (8000), with the demonstration; Ctrl-C stops it
	@exec $(PYTHON) -m mash.local.run

code: python ## The codes of the demo's second factors, now
	@exec $(PYTHON) -m mash.local.codes

stop: python ## Stop what `make run` started, from anywhere
	@exec $(PYTHON) -m mash.local.stop

test: setup browser ## Run every test, browser tests included; ARGS="tests/lib -k name" for some
	@exec $(VENV)/python -m pytest -n $(JOBS) --dist loadgroup $(ARGS)

check: setup ## Lint, types, import layers, templates, migrations, deployment settings
	$(VENV)/ruff check .
	$(VENV)/ruff format --check .
	$(VENV)/mypy
	$(VENV)/lint-imports
	$(VENV)/djlint templates --lint --quiet
	$(MANAGE) makemigrations --check --dry-run
	@$(VENV)/python -m mash.local.deployment

bench: setup ## Measure ours beside the reference, into .local/bench.json
	@exec $(MANAGE) bench $(ARGS)

chaos: setup ## Kill processes while messages are owed, into .local/chaos.json
	@exec $(MANAGE) chaos $(ARGS)

attack: setup ## Send 20,000 inputs that nobody should send, into .local/attack.json; ARGS="--inputs 2000"
	@exec $(MANAGE) attack $(ARGS)

lock: setup ## Choose versions again within the .in files, and write them down with their hashes
	@for name in requirements requirements-dev requirements-node; do \
		echo $$name; \
		$(VENV)/uv pip compile -q --generate-hashes --universal --python-version 3.11 --no-emit-index-url \
			--no-emit-find-links --no-header --no-annotate $(ARGS) $$name.in -o $$name.txt || exit 1; \
	done

clean: stop ## Remove everything that was made here: data, packages, caches
	@$(PYTHON) -m mash.local.clean

python:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or later is needed, and none was found." >&2; exit 1; }

setup: python
	@$(PYTHON) -m mash.local.setup dev

browser: setup
	@$(PYTHON) -m mash.local.browser
