# Everything the book is made with. `make help` lists the targets; each sets up what it needs in .venv.

PYTHON ?= python3
PORT ?= 8000
VENV := .venv
ifeq ($(OS),Windows_NT)
  BIN = $(VENV)/Scripts
else
  BIN = $(VENV)/bin
endif
RUN = $(BIN)/python
READY := $(VENV)/ready
# nbgrader has an environment of its own: it extends every JupyterLab that it stands beside.
TEACHING = $(VENV)-teaching
TAUGHT = $(subst $(VENV),$(TEACHING),$(RUN))
# Tests in several processes; see tests/conftest.py for how many, and for which go together.
TOGETHER := --numprocesses auto

# The tests that `make check` runs, by the marks that tests/conftest.py gives them.
TESTS := library

export PORT

.PHONY: book html notebooks executed lab teaching check test elsewhere bench newest lock clean help

book: $(READY)          ## build the site and serve it on 127.0.0.1 (PORT=8000)
	$(RUN) -m tools.site serve

html: $(READY)          ## build the site into _build/html, which also opens from the file system
	$(RUN) -m tools.site html

notebooks: $(READY)     ## execute the chapters whose text has changed, or what they load of the library
	$(RUN) -m tools.execution.chapters

executed: $(READY)      ## execute chapters in memory and compare them with their notebooks (CHAPTERS=one-weight)
	$(RUN) -m tools.execution.chapters --check $(CHAPTERS)

lab: $(READY)           ## open the notebooks in JupyterLab
	$(BIN)/jupyter lab notebooks

teaching: $(TEACHING)/ready ## set up .venv-teaching, which has nbgrader, for a course with code labs

check: $(READY)         ## run the tests of the library alone, without the site: two minutes
	$(RUN) -m pytest $(TOGETHER) -m "$(TESTS)" tests

test: $(READY) teaching ## run every test; browser tests need Chromium or Chrome
	$(RUN) -m pytest $(TOGETHER)

elsewhere:              ## try the book on the newest other Python of this machine, or on OTHER=python3.12
	$(PYTHON) -m tools.checks.elsewhere $(OTHER)

bench: $(READY)         ## measure, and print, what the book promises about speed and weight
	$(RUN) -m benchmarks

newest: VENV := .venv-newest
newest:                 ## run every test against the newest versions of all parts, in an environment of its own
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --upgrade pip
	$(BIN)/python -m pip install --upgrade --editable ".[book,fast,data,cluster,test]"
	$(PYTHON) -m venv $(TEACHING)
	$(TAUGHT) -m pip install --upgrade --editable ".[teaching]"
	$(BIN)/python -m pytest $(TOGETHER)

lock: $(READY)          ## lock the versions of all parts anew, Python's and the front end's
	$(RUN) -m pip install --quiet uv
	$(RUN) -m uv pip compile pyproject.toml --extra book --extra fast --extra data --extra cluster --extra test \
	  --universal --python-version 3.11 --generate-hashes --upgrade --quiet \
	  --custom-compile-command "make lock" --output-file requirements.txt
	$(RUN) -m uv pip compile pyproject.toml --extra teaching --constraint requirements.txt \
	  --universal --python-version 3.11 --generate-hashes --upgrade --quiet \
	  --custom-compile-command "make lock" --output-file requirements-teaching.txt
	$(RUN) -m tools.site.front_end lock

clean:                  ## remove everything that was built or installed
	rm -rf _build .venv .venv-teaching .venv-newest .venv-newest-teaching .elsewhere node_modules dist
	rm -rf .pytest_cache .hypothesis .ruff_cache .mypy_cache

help:                   ## say what each target does
	@sed -n 's/^\([a-z]*\):[^#]*## \(.*\)/make \1|\2/p' Makefile | awk -F'|' '{ printf "%-16s %s\n", $$1, $$2 }'

$(READY): requirements.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python 3.11 or newer is needed; $(PYTHON) is older. Try: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(RUN) -m pip install --require-hashes --requirement requirements.txt
	$(RUN) -m pip install --no-deps --no-build-isolation --editable .
	@$(PYTHON) -c 'import pathlib; pathlib.Path("$(READY)").touch()'

$(TEACHING)/ready: requirements-teaching.txt pyproject.toml
	$(PYTHON) -m venv $(TEACHING)
	$(TAUGHT) -m pip install --require-hashes --requirement requirements-teaching.txt
	$(TAUGHT) -m pip install --no-deps --no-build-isolation --editable .
	@$(TAUGHT) -c 'import pathlib; pathlib.Path("$(TEACHING)/ready").touch()'
