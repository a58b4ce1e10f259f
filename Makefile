PYTHON ?= python3
PORT ?= 8000
SECONDS ?= 600
BIN := .venv/bin
IS_WHOLE = grep -sF "$$(pwd -P)/$(BIN)/" $(BIN)/pip
EXPLORER := $(filter-out %/dist %/node_modules %/__pycache__ %.py,$(wildcard service/explorer/*)) $(wildcard service/explorer/examples/*)

.PHONY: help setup demo test fuzz bench soak check format schema lock audit wheel clean

help:  ## Show this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 10

setup: .venv/.installed  ## Make the environment and build the explorer; start nothing

demo: setup  ## Start five emulated sources and the gateway, with the explorer (PORT=8000)
	@exec $(BIN)/invoice-graph sandbox demo --port $(PORT)

test: .venv/.tested  ## Run every test
	@$(BIN)/pytest -q -n 3 --dist loadfile

fuzz: .venv/.tested  ## Run the property tests for long
	@HYPOTHESIS_PROFILE=fuzz $(BIN)/pytest -q -m hypothesis

bench: setup  ## Time the gateway beside a floor without GraphQL and plain Strawberry (QUICK=1: a minute; PEERS=yoga,mesh: Node too)
	@$(BIN)/python -m benchmarks $(if $(QUICK),--quick) $(if $(PEERS),--peers $(PEERS))

soak: .venv/.tested  ## Run the service under faults and floods, and watch what it holds (SECONDS=600)
	@$(BIN)/python -m soak $(SECONDS)

check: .venv/.tested  ## Format, lint, types, layers, dependencies, printed schema: nothing is changed
	@$(BIN)/ruff format --check . && $(BIN)/ruff check .
	@$(BIN)/mypy && $(BIN)/lint-imports --no-cache && $(BIN)/deptry .
	@$(BIN)/invoice-graph schema | diff -u schema.graphql - || { echo 'Run make schema.'; exit 1; }
	@$(BIN)/invoice-graph schema --client | diff -u client.graphql - || { echo 'Run make schema.'; exit 1; }
	@$(BIN)/python -m releases.changes

format: .venv/.tested  ## Format the code and mend what can be mended
	@$(BIN)/ruff format . && $(BIN)/ruff check --fix .

schema: setup  ## Print the subgraph's schema into schema.graphql, the clients' into client.graphql
	@text=$$($(BIN)/invoice-graph schema) && printf '%s\n' "$$text" > schema.graphql
	@text=$$($(BIN)/invoice-graph schema --client) && printf '%s\n' "$$text" > client.graphql

lock: .venv/.tested  ## Resolve the dependencies anew
	@$(BIN)/uv pip compile -q -U --universal --generate-hashes --no-header --no-annotate pyproject.toml -o requirements.lock
	@$(BIN)/uv pip compile -q -U --universal --generate-hashes --no-header --no-annotate -c requirements.lock --group dev pyproject.toml -o requirements-dev.lock

audit: .venv/.tested  ## Look the dependencies up in the advisories
	@$(BIN)/pip-audit --require-hashes --disable-pip -r requirements.lock

wheel: .venv/.tested  ## Build the wheel, the explorer in it, into dist/
	@$(BIN)/pip wheel -q --no-deps -w dist .
	@$(PYTHON) -m zipfile -l dist/invoice_graph-*.whl | grep -q service/explorer/dist/index.html

clean:  ## Remove what was built, and the demo's directory
	@rm -rf .venv .demo dist service/explorer/dist

# Half an environment is left where making it was broken off, and another folder's where this one was moved or copied.
ifeq ($(shell $(IS_WHOLE)),)
.PHONY: .venv/.installed
endif

.venv/.installed: pyproject.toml requirements.lock hatch_build.py $(EXPLORER)
	@$(PYTHON) -c 'import sys; sys.exit("invoice-graph needs Python 3.11 or newer: make PYTHON=python3.12" if sys.version_info < (3, 11) else 0)'
	@$(IS_WHOLE) >/dev/null || $(PYTHON) -m venv --clear .venv
	@echo 'Installing invoice-graph and building the explorer...'
	@$(BIN)/pip install -q --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/pip install -q --disable-pip-version-check --no-deps -e .
	@touch $@

.venv/.tested: .venv/.installed requirements-dev.lock
	@echo 'Installing what the tests need...'
	@$(BIN)/pip install -q --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@
