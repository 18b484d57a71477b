# `make run` and `make test` are all one needs. ARGS reach the command: make run ARGS="--port 9000"
.DEFAULT_GOAL := help
.PHONY: help setup setup-test run serve test check bench pictures eval lock clean
SHELL := /bin/bash
BIN := .venv/bin
ARGS ?=
# compiled files halve the start of every process, also where the environment wants none
export PYTHONDONTWRITEBYTECODE :=
# journeys mostly wait: four at a time on two cores; dialogues that share a town go to the same one (loadgroup)
WORKERS ?= 4

help:             ## this list
	@grep -E '^[a-z-]+: .*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

setup:            ## build .venv from the lock; quick when it is there
	@scripts/setup.sh run

setup-test:       ## the same with everything the tests need
	@scripts/setup.sh test

run: setup        ## gateway and four simulated platforms; prints one address to open
	@$(BIN)/tongdai demo $(ARGS)

serve: setup      ## the gateway with the settings of .env
	@$(BIN)/tongdai serve $(ARGS)

test: setup-test  ## the tests, but for the long ones: a few minutes
	@$(BIN)/pytest -n $(WORKERS) --dist loadgroup $(ARGS)

check: setup-test ## format, lint, types, layers, every test, full branch coverage of the pure half
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pytest --thorough -n $(WORKERS) --dist loadgroup --cov --cov-report=term-missing --cov-fail-under=100 $(ARGS)

bench: setup-test ## intake beside bare servers and an aiogram bot, announcements beside bare statements and a bare client, as ratios
	@$(BIN)/python tests/benchmarks/run.py $(ARGS)
	@$(BIN)/python tests/benchmarks/broadcasts.py

pictures: setup-test ## docs/images of the console's pages, taken anew
	@$(BIN)/pytest -q "tests/webhooks/console/test_pictures_browser.py::test_every_picture_can_be_taken_of_a_page_without_faults" --pictures docs/images

eval: setup-test  ## how well the reading of citizens' messages does on the example messages
	@$(BIN)/python tests/eval/run.py $(ARGS)

# The lock files name versions and hashes, never where they came from.
COMPILE = $$(command -v uv || echo $(BIN)/uv) pip compile --quiet --generate-hashes --no-header --no-emit-index-url --no-emit-find-links --python-version 3.11
lock: setup-test  ## write the lock files anew: make lock ARGS=--upgrade
	$(COMPILE) $(ARGS) --extra build pyproject.toml -o requirements.txt
	$(COMPILE) $(ARGS) --extra build --extra test -c requirements.txt pyproject.toml -o requirements-test.txt

clean:            ## remove what was built; var/ with its database stays
	rm -rf .venv build dist htmlcov .coverage .coverage.* .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
