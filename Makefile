# One command per derived thing. `make help` lists them.
BIN := .venv/bin
.DEFAULT_GOAL := help
.PHONY: help setup demo test audit bench release book dist lint format clean

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' Makefile

setup: ## make .venv and install what is missing (browser, Chinese font)
	@.ci/setup

demo: setup ## the whole course once: releases, a class, grading, feedback, marks, site
	@$(BIN)/autograder demo

test: setup lint ## the whole test suite
	$(BIN)/pytest

audit: setup ## are the hidden tests right? every solution of the bank and every mutant, as a table
	@$(BIN)/python tests/audit.py

bench: setup ## grading speed and memory against stock nbgrader (about ten minutes)
	@$(BIN)/python benchmarks/grading.py

release: setup ## build release/ from source_notebooks/
	@$(BIN)/autograder release

book: setup ## build the site into _build/html/
	@$(BIN)/autograder book

dist: book ## the site as one zip with its checksum, in _build/dist/
	@$(BIN)/autograder dist

lint: setup ## style of code and of the committed releases
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

format: setup ## put code in the common style
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

clean: ## remove everything that can be built again (not .venv, not classroom/)
	rm -rf _build book/labs .pytest_cache .ruff_cache
