# Everyday commands. `make run` and `make test` set up all they need on a machine with Python 3.11+ and make.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
HOST ?= 127.0.0.1
PORT ?= 8000
export HOST PORT

.PHONY: help run index check evaluate benchmark test lint types unit test-opensearch test-opensearch-faults browser docs-check format openapi screenshots constraints clean fuzz audit sbom

help:  ## list the targets
	@grep -E '^[a-z0-9-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | expand -t 16

run: $(VENV)/run.stamp  ## build the index where needed, then serve on http://HOST:PORT
	@$(BIN)/duty-index build --if-needed
	@$(BIN)/duty-search serve

index: $(VENV)/run.stamp  ## build and publish the index
	$(BIN)/duty-index build

check: $(VENV)/run.stamp  ## what the documents hold, and every doubt about them
	$(BIN)/duty-index check

evaluate: $(VENV)/run.stamp  ## relevance on the judged questions, beside the baselines, with what went wrong
	@$(BIN)/duty-index build --if-needed
	@$(BIN)/duty-search evaluate --baselines --worst 10

benchmark: $(VENV)/dev.stamp  ## our search beside Tantivy, SQLite and Whoosh, and requests a second; writes docs/performance.md
	$(BIN)/python -m benchmarks --output docs
	$(BIN)/python -m benchmarks.province --output docs
	@$(BIN)/duty-index build --if-needed
	$(BIN)/python -m benchmarks.serving --output docs
	$(BIN)/python -m benchmarks.holding --output docs

test: lint types unit  ## everything: lint, architecture, types, tests with a real server and browser

lint: $(VENV)/dev.stamp
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports

types: $(VENV)/dev.stamp
	$(BIN)/mypy

unit: $(VENV)/dev.stamp browser
	$(BIN)/pytest -n auto

test-opensearch: $(VENV)/dev.stamp  ## tests against a real cluster of three OpenSearch nodes; gets that with Maven
	@tests/opensearch/cluster/ensure-tools.sh
	$(BIN)/pytest -m opensearch tests/opensearch/test_cluster.py tests/opensearch/test_contract.py

test-opensearch-faults: $(VENV)/dev.stamp  ## publishing, updates and faults on such a cluster; a quarter of an hour
	@tests/opensearch/cluster/ensure-tools.sh
	$(BIN)/pytest -m opensearch tests/opensearch --ignore tests/opensearch/test_contract.py --ignore tests/opensearch/test_cluster.py

browser: $(VENV)/dev.stamp  ## find or install the browser that the end-to-end tests drive
	@scripts/ensure-browser.sh

format: $(VENV)/dev.stamp  ## mend what lint would complain about
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

docs-check: $(VENV)/dev.stamp  ## links, commands, endpoints and settings of the documentation
	$(BIN)/pytest -q tests/test_docs.py

screenshots: $(VENV)/dev.stamp browser  ## picture every page into docs/images
	$(BIN)/duty-index build --if-needed
	$(BIN)/python scripts/screenshots.py

constraints:  ## pin the newest versions that pyproject.toml allows
	rm -rf $(VENV)-constraints && $(PYTHON) -m venv $(VENV)-constraints
	$(VENV)-constraints/bin/pip install --quiet --disable-pip-version-check '.[dev,audit,fuzz,opensearch-java]'
	{ echo "# Exact versions of everything, for pip --constraint. Written by: make constraints"; \
	  $(VENV)-constraints/bin/pip freeze --exclude duty-search; } > constraints.txt
	rm -rf $(VENV)-constraints

openapi: $(VENV)/dev.stamp  ## write the committed copy of the OpenAPI document anew
	$(BIN)/python scripts/write_openapi.py

FUZZ_SECONDS ?= 300
FUZZ_EXAMPLES ?= 2000
fuzz: $(VENV)/dev.stamp  ## look for inputs that break or slow: property tests at length, then coverage-guided (docs/security.md)
	$(BIN)/pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[fuzz]'
	FUZZ_EXAMPLES=$(FUZZ_EXAMPLES) $(BIN)/pytest tests/fuzz
	@$(BIN)/duty-index build --if-needed
	for target in document_text query; do mkdir -p var/fuzz/$$target && $(BIN)/python fuzz/$$target.py \
	  -max_total_time=$(FUZZ_SECONDS) -timeout=10 -max_len=4096 -artifact_prefix=var/fuzz/ \
	  var/fuzz/$$target fuzz/corpus/$$target || exit 1; done

audit: $(VENV)/dev.stamp  ## known holes in the pinned versions of all libraries; needs the public package index
	$(BIN)/pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[audit]'
	$(BIN)/pip-audit --strict --no-deps --disable-pip --requirement constraints.txt

sbom: $(VENV)/dev.stamp  ## what all this is made of, as CycloneDX in var/sbom.json, checked against its schema
	$(BIN)/pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[audit]'
	@mkdir -p var
	$(BIN)/cyclonedx-py environment --pyproject pyproject.toml --validate --output-reproducible --output-file var/sbom.json $(VENV)

clean:  ## remove the environment and everything built
	rm -rf $(VENV) var build dist *.egg-info .mypy_cache .pytest_cache .ruff_cache .import_linter_cache

# The constraints pin every version; a changed one makes the environment anew.
$(VENV)/run.stamp: pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "Python 3.11 or newer is needed; this is $$($(PYTHON) --version). Try: make $(MAKECMDGOALS) PYTHON=python3.12"; exit 1; }
	@test -x $(BIN)/pip || $(PYTHON) -m venv $(VENV)
	@# Matching by meaning is an extra with a compiled core: where it doesn't install, everything else works.
	$(BIN)/pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[semantic]' \
	  || $(BIN)/pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable .
	@touch $@

$(VENV)/dev.stamp: $(VENV)/run.stamp
	$(BIN)/pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	@touch $@
