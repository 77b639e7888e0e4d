# `make demo` and `make test` install what they need first.
PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.PHONY: setup demo docs linkcheck test lint check format clean

setup: $(STAMP)

$(STAMP): pyproject.toml constraints.txt
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet -c constraints.txt torch==2.13.0
	$(BIN)/python -m pip install --quiet -c constraints.txt -e '.[dev,docs,pipelines]'
	touch $@

demo: $(STAMP)
	$(BIN)/bige demo -o demo --force

# docs/_build/html/index.html; every warning, such as a broken link, is an error.
docs: $(STAMP)
	$(BIN)/python -m sphinx -W --keep-going -n -q -b html docs docs/_build/html

# Links to other sites, which takes a network.
linkcheck: $(STAMP)
	$(BIN)/python -m sphinx -q -b linkcheck docs docs/_build/linkcheck

# Slow tests too: make test TESTS='-m ""'
test: $(STAMP)
	$(BIN)/python -m pytest -n 2 $(TESTS)

lint: $(STAMP)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

check: lint test

format: $(STAMP)
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

clean:
	rm -rf demo build dist docs/_build .mypy_cache .pytest_cache .ruff_cache .import_linter_cache
