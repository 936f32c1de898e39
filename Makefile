# Thin over installer/bootstrap.py, which Windows calls by itself: py installer\bootstrap.py run
PYTHON ?= python3
COMMANDS := setup tools run test lint types contracts bench bench-gpu peers finalists hostile screenshots
.PHONY: help $(COMMANDS)

help:
	@$(PYTHON) installer/bootstrap.py help

# Arguments: make test ARGS="tests/unit -q"
$(COMMANDS):
	@$(PYTHON) installer/bootstrap.py $@ $(ARGS)
