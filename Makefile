# remit: `make` alone lists the targets.
#
# PYTHON=/path/to/python chooses the interpreter of a new environment.
# PYTEST_FLAGS='-x -k forest' is handed to pytest.
# REFERENCE=/path/to/cases is where the reference cases lie.

.DEFAULT_GOAL := help
.PHONY: help review test check reference bench clean runtime dev
# The steps share one environment; pytest spreads over the cores by itself.
.NOTPARALLEL:

BIN := .venv/bin
PYTEST_FLAGS ?= -n auto --dist loadfile
export REFERENCE ?= ../shared/reference

help: ## Show the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-9s %s\n", $$1, $$2 }' Makefile

review: runtime ## Make the review of ketamine for headache: one page and a summary
	@$(BIN)/remit review

test: check ## Run the checks, then the tests
	@echo "remit: running the tests"
	@$(BIN)/python -m pytest $(PYTEST_FLAGS)

check: dev ## Lint, format, types and the direction of imports
	@echo "remit: ruff check (bugs, names, docstrings)"
	@$(BIN)/ruff check --quiet .
	@echo "remit: ruff format (layout)"
	@$(BIN)/ruff format --check --quiet .
	@echo "remit: mypy (types, strict)"
	@$(BIN)/mypy --no-error-summary
	@echo "remit: import-linter (imports point one way)"
	@said=$$($(BIN)/lint-imports) || { printf '%s\n' "$$said"; exit 1; }

reference: dev ## Compare every number with the R packages' reference cases
	@$(BIN)/python -m validation.run

bench: runtime ## Measure start-up, speed and memory, beside metafor, PyMARE and PyMetaAnalysis
	@$(BIN)/python benchmarks/startup.py
	@$(BIN)/python benchmarks/single.py
	@$(BIN)/python benchmarks/reml.py
	@$(BIN)/python benchmarks/subsets.py
	@$(BIN)/python benchmarks/memory.py
	@$(BIN)/python benchmarks/reading.py

clean: ## Remove the environment, caches and build folders; results stay
	@rm -rf .venv .venv-peers build dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	@find src tests benchmarks validation -name __pycache__ -type d -prune -exec rm -rf {} +

runtime:
	@scripts/setup.sh runtime

dev:
	@scripts/setup.sh dev
