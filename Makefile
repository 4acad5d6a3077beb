# make help lists the targets.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
# What the sample class was asked to hand in.
SAMPLE := dropout corr2d lenet nin_block gru_cell beam_search scaled_dot_product_attention

.DEFAULT_GOAL := help

help:  ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 12

setup: $(READY)  ## make .venv and install the kit with everything, as pinned in requirements.lock

$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "torchkata needs Python 3.11 or newer; say which with: make setup PYTHON=python3.12"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $(READY)

grade: $(READY)  ## grade the sample class; ends with a table and the path of the report
	$(BIN)/kata grade tests/sample_class --out out/sample_class $(addprefix --exercise ,$(SAMPLE))

test: $(READY)  ## run the test suite
	$(BIN)/python -m pytest -n auto --dist loadfile -m "not tools"

test-unit: $(READY)  ## run the tests that start no process: half a minute
	$(BIN)/python -m pytest -n auto tests/unit

test-tools: $(READY)  ## run what takes longer: real nbgrader, otter, Jupyter, Dask workers, a student's copy
	$(BIN)/python -m pytest -n auto --dist loadfile -m tools

test-gpu: $(READY)  ## run what needs a GPU
	$(BIN)/python -m pytest -m gpu

audit: $(READY)  ## prove every check: the reference passes, every misconception fails and is named, all mutants lose marks
	$(BIN)/kata audit
	$(BIN)/kata audit --mutants

lint: $(READY)  ## check style, format and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: $(READY)  ## bring the code into its format
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

benchmark: $(READY)  ## measure the figures of the README on this machine
	$(BIN)/python benchmarks/figures.py

lock:  ## pin the newest versions that go together (needs uv)
	uv pip compile --universal --python-version 3.11 --all-extras --upgrade --no-header --no-annotate \
		pyproject.toml --output-file requirements.lock

clean:  ## remove what the targets made, but not the exercises
	rm -rf $(VENV) out .kata .pytest_cache .ruff_cache .mypy_cache *.egg-info

.PHONY: help setup grade test test-unit test-tools test-gpu audit lint format benchmark lock clean
