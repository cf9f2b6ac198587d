# Every target sets up what it needs; Python 3.11 or newer is all that must be there.
PYTHON ?= python3
PORT ?= 8080
DATA ?= demo-data
# One more than there are cores: tests also wait for disks, servers and browsers.
WORKERS ?= $(shell expr $$(nproc 2>/dev/null || echo 2) + 1)
BIN := .venv/bin

.DEFAULT_GOAL := help
.PHONY: help demo run test browser-test lint format bench migration lock clean

help: ## Say what there is
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.installed: pyproject.toml requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; name it: make PYTHON=python3.11")'
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	@$(BIN)/uv pip sync --quiet --python $(BIN)/python requirements.lock
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --editable .
	@touch .installed

demo: .installed ## Run the demo: PORT=8080, state in DATA=demo-data
	$(BIN)/zhishou demo --port $(PORT) --data $(DATA)

run: .installed ## Run the bot with config.toml
	$(BIN)/zhishou init
	$(BIN)/zhishou run

test: .installed ## Run the whole test suite, on SQLite and PostgreSQL
	$(BIN)/python -m pytest -n $(WORKERS) -m "not browser"

browser-test: .installed ## Drive the demo with a real Chromium
	@$(BIN)/python -m pytest -m browser; code=$$?; [ $$code -eq 5 ] || exit $$code

lint: .installed ## Check style and types
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy

format: .installed ## Put style right where a program can
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

bench: .installed ## Measure speed, memory and crashes
	$(BIN)/python -m bench

migration: .installed ## Write the migration from the last schema to the models: m="What changes, and why."
	$(BIN)/python -m bot.schema revision "$(m)"

lock: .installed ## Choose the newest versions that pyproject.toml allows
	$(BIN)/uv pip compile --quiet --universal --upgrade --generate-hashes --no-header --no-emit-index-url \
	  --group dev pyproject.toml -o requirements.lock

clean: ## Remove the environment, the demo's state and what tools left
	rm -rf .venv .installed demo-data .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find bot handlers models tests bench -name __pycache__ -type d -prune -exec rm -rf {} +
