# Set-up makes .venv, brings uv into it and installs what requirements.lock names, by hash.
# USE_PIP=1 takes pip alone. Behind a mirror uv reads UV_DEFAULT_INDEX and pip its own settings.
PY ?= python3
VENV := .venv
BIN := $(VENV)/bin
DEPS := $(VENV)/.deps
BROWSER := tests/browser/node_modules/.deps
AUDIT := tests/interop/node_modules/.deps
PROXY := demo/proxy/node_modules/.deps
PEER := bench/live/node_modules/.deps
PEERS := bench/federated/node_modules/.deps
export UV_PYTHON_DOWNLOADS := never
# What is imported is compiled once and kept: images of containers often turn that off, and each process then starts
# twice as slowly.
export PYTHONDONTWRITEBYTECODE :=

.DEFAULT_GOAL := help
.PHONY: help setup run test tests test-fast check schema lock nomis supplier gateway nightly bench bench-exec bench-page \
	bench-records bench-live run-cluster clean

help: ## Show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 14

setup: $(DEPS) ## Make the environment from the lock file

$(BIN)/python:
	$(PY) -m venv $(VENV)

$(DEPS): requirements.lock pyproject.toml | $(BIN)/python
ifdef USE_PIP
	$(BIN)/python -m pip install -q --require-hashes -r requirements.lock
	$(BIN)/python -m pip install -q --no-deps -e .
else
	$(BIN)/python -m pip install -q --disable-pip-version-check uv==0.13.9
	$(BIN)/uv pip sync -q --compile-bytecode --python $(BIN)/python --require-hashes requirements.lock
	$(BIN)/uv pip install -q --python $(BIN)/python --no-deps -e .
endif
	@touch $@

$(BROWSER): tests/browser/package-lock.json
	npm ci --prefix tests/browser --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@

$(AUDIT): tests/interop/package-lock.json
	npm ci --prefix tests/interop --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@

$(PROXY): demo/proxy/package-lock.json
	npm ci --prefix demo/proxy --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@

$(PEER): bench/live/package-lock.json
	npm ci --prefix bench/live --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@

$(PEERS): bench/federated/package-lock.json
	npm ci --prefix bench/federated --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@

run: $(DEPS) ## Start NOMIS and the suppliers (invented), the gateway and GraphiQL (ARGS=--help lists options)
	$(BIN)/python -m demo $(ARGS)

run-cluster: $(DEPS) $(PROXY) ## Start PostgreSQL, two gateways and a reverse proxy over the invented world
	$(BIN)/python -m demo.cluster $(ARGS)

test: $(DEPS) $(BROWSER) $(AUDIT) ## Everything, as CI runs it
	@$(MAKE) --no-print-directory -j 2 check tests

tests: $(DEPS) $(BROWSER) $(AUDIT)
	$(BIN)/python -m pytest -q -n auto --dist worksteal

test-fast: $(DEPS) ## What needs no process of its own
	$(BIN)/python -m pytest -q -m "not slow"

nightly: $(DEPS) ## The properties of authorization, 10,000 examples each, and sequences of changes by the thousand
	HYPOTHESIS_PROFILE=nightly $(BIN)/python -m pytest -q tests/scope tests/execution tests/booking/test_any_sequence.py \
		tests/escort_records/test_any_sequence_of_answers.py tests/escort_records/test_properties_of_*.py

check: $(DEPS) ## Format, lint, types, imports, spelling
	$(BIN)/ruff format --check -q .
	$(BIN)/ruff check -q .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/codespell gateway estate mocks demo tests bench docs README.md CHANGELOG.md

schema: $(DEPS) ## Rewrite schema.graphql
	$(BIN)/python -m gateway schema > schema.graphql

lock: $(DEPS) ## Resolve the dependencies anew into requirements.lock
	$(BIN)/uv pip compile -q --universal --generate-hashes --no-emit-index-url --no-header --no-annotate \
		--group dev pyproject.toml -o requirements.lock

nomis: $(DEPS) ## Start the invented NOMIS alone, on port 9101
	$(BIN)/python -m mocks.nomis --port 9101

supplier: $(DEPS) ## Start one invented supplier alone, on port 9102 (KEY=serco for the other)
	$(BIN)/python -m mocks.supplier --supplier $(or $(KEY),geoamey) --port 9102

gateway: $(DEPS) ## Start the gateway alone, with settings from the environment
	$(BIN)/python -m gateway serve

bench: $(DEPS) $(PEERS) ## Time the federated query beside other GraphQL servers (ARGS=--help lists options)
	$(BIN)/python bench/federated.py $(ARGS)
ifndef ARGS
	$(BIN)/python bench/execution.py
	$(BIN)/python bench/pictures.py
endif

bench-exec: $(DEPS) $(PEERS) ## Time the execution of the federated query alone, beside other executors
	$(BIN)/python bench/execution.py $(ARGS)

bench-page: $(DEPS) ## Time a page of moves in a small and a large store
	$(BIN)/python bench/page.py

bench-records: $(DEPS) ## Have two clients edit a hundred escort records at once, and check that nothing is lost
	$(BIN)/python bench/escort_records.py

bench-live: $(DEPS) $(PEER) ## Time subscriptions beside graphql-js with graphql-ws
	$(BIN)/python bench/live.py

clean: ## Remove what set-up and runs made
	rm -rf $(VENV) .demo tests/browser/node_modules tests/interop/node_modules demo/proxy/node_modules bench/live/node_modules \
		bench/federated/node_modules
