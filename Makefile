# Each target makes what it needs. `make demo` and `make test` work on a fresh Debian machine.
PYTHON ?= python3
BIN := .venv/bin
SOURCES := src tests scripts bench

.PHONY: help demo test check format bench soak screenshots docs build clean

help: ## Show the targets
	@grep -E '^[a-z]+:.*##' Makefile | sed -E 's/:.*##/\t/' | expand -t 14

.venv/run: pyproject.toml constraints.txt
	sh scripts/make_venv.sh $(PYTHON)
	@touch $@

.venv/dev: .venv/run
	$(BIN)/pip install --quiet --constraint constraints.txt --group dev
	@touch $@

demo: .venv/run ## Open the screen on the built-in demo
	@$(BIN)/mqtt-tui demo

test: .venv/dev ## Run all tests, with a real mosquitto where one can be had
	@sh scripts/get_mosquitto.sh
	$(BIN)/pytest -n 2 --dist loadgroup

check: .venv/dev ## Format, lint, types, layers, house rules
	$(BIN)/ruff format --check $(SOURCES)
	$(BIN)/ruff check $(SOURCES)
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/python -m scripts.profile_reference --check
	$(BIN)/pytest -q tests/test_house_rules.py tests/test_import_hygiene.py

format: .venv/dev ## Put the code into its one format
	$(BIN)/ruff format $(SOURCES)
	$(BIN)/ruff check --fix $(SOURCES)

.venv/peers: pyproject.toml constraints.txt | .venv/dev
	$(BIN)/pip install --quiet --upgrade --constraint constraints.txt --target $@ --group bench
	@touch $@

bench: .venv/dev .venv/peers ## Measure beside other clients; results go to bench/RESULTS.md
	$(BIN)/python -m bench.run

soak: .venv/dev ## Ten minutes at 50,000 messages a second; results go to bench/SOAK.md
	$(BIN)/python -m bench.soak

screenshots: .venv/dev ## Draw screenshots/ with the real program
	$(BIN)/python -m scripts.screenshots

docs: .venv/dev ## Write the pages of docs/ that come out of the code
	$(BIN)/python -m scripts.profile_reference
	$(BIN)/python -m scripts.fault_table

build: .venv/dev ## Wheel and source package
	$(BIN)/pip install --quiet --constraint constraints.txt hatchling
	$(BIN)/python -m hatchling build

clean: ## Remove what can be made again
	rm -rf .venv build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
