# Every task of the project; `make help` lists them. A step that is done is not done again.

PYTHON ?= python3
HOST   ?= 127.0.0.1
PORT   ?= 8000

BIN   := .venv/bin
FLASK := $(BIN)/flask --app app

RUNTIME    := .venv/.runtime
DEV        := .venv/.dev
PACKAGES   := node_modules/.package-lock.json
VENDOR     := static/vendor/manifest.json
COUNTED    := $(filter-out $(patsubst %,tests/%/,e2e faults races security),$(wildcard tests/*/))
CATALOGUES := $(patsubst %.po,%.mo,$(wildcard translations/*/LC_MESSAGES/*.po))

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help setup run test races soak security faults crowds pages mutants check fix bench storm covers gallery messages migration lock \
	format lint types imports templates tests coverage

help: ## list the tasks
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

# ------------------------------------------------------------------------------ set-up

setup: $(DEV) $(VENDOR) $(CATALOGUES) ## install everything that development needs

$(RUNTIME): requirements.txt tools/install.py
	@$(PYTHON) -m tools.install requirements.txt
	@touch $@

$(DEV): requirements-dev.txt $(RUNTIME)
	@$(PYTHON) -m tools.install requirements-dev.txt
	@touch $@

$(PACKAGES): package.json package-lock.json .npmrc requirements-node.txt tools/node.py | $(RUNTIME)
	@$(BIN)/python -m tools.node ci
	@touch $@

$(VENDOR): $(PACKAGES) tools/frontend.py
	@$(BIN)/python -m tools.frontend

%.mo: %.po | $(RUNTIME)
	@$(BIN)/pybabel --quiet compile --input-file $< --output-file $@

# --------------------------------------------------------------------------------- run

run: export REDCROSS_ENVIRONMENT := demo
run: $(RUNTIME) $(VENDOR) $(CATALOGUES) ## start the application with demo data
	@$(FLASK) database upgrade
	@$(FLASK) organizations import-divisions
	@$(FLASK) demo seed
	@$(FLASK) demo accounts
	@$(FLASK) figures catch-up
	@$(FLASK) alerts evaluate
	@$(BIN)/python -m tools.serve $(HOST) $(PORT)

# -------------------------------------------------------------------------------- test

test: setup ## run every test, with SQLite and with PostgreSQL
	@$(BIN)/python -m tools.suite

races: setup ## every race two hundred times, on both databases
	RACES=full $(BIN)/pytest -q tests/races --database=sqlite
	RACES=full $(BIN)/pytest -q tests/races --database=postgresql

soak: setup ## random histories at length and races a thousand times, on both databases
	SOAK=full $(BIN)/pytest -q -m soak --database=sqlite
	SOAK=full $(BIN)/pytest -q -m soak --database=postgresql

security: setup ## every right and every hostile value, on both databases
	SECURITY=full $(BIN)/pytest -q -n 2 tests/security tests/accounts/test_second_factor.py --database=sqlite
	SECURITY=full $(BIN)/pytest -q -n 2 tests/security tests/accounts/test_second_factor.py --database=postgresql

faults: setup ## kill workers a hundred times, on both databases
	FAULTS=full $(BIN)/pytest -q tests/faults --database=sqlite
	FAULTS=full $(BIN)/pytest -q tests/faults --database=postgresql

crowds: setup ## five times too many visitors for five minutes, and 650 slow ones, on both databases
	FAULTS=full $(BIN)/pytest -q -s tests/faults/test_crowds.py --database=sqlite
	FAULTS=full $(BIN)/pytest -q -s tests/faults/test_crowds.py --database=postgresql

pages: setup ## every page in a browser at four sizes, in English too
	PAGES=full $(BIN)/pytest -q tests/e2e/test_pages.py tests/e2e/test_story.py

check: format lint types imports templates tests ## all that must hold before a commit

format: $(DEV)
	$(BIN)/ruff format --check .

lint: $(DEV)
	$(BIN)/ruff check .

types: $(DEV)
	$(BIN)/mypy .

imports: $(DEV)
	$(BIN)/lint-imports --cache-dir .cache/import-linter

templates: $(DEV)
	$(BIN)/djlint templates --lint --quiet

# Runs the tests unless this very tree has passed them already, and says which.
tests: setup
	@$(BIN)/python -m tools.suite --unless-passed

mutants: setup ## switch controls off one by one: the tests have to notice
	@$(BIN)/python -m tools.mutants $(ARGS)

coverage: setup ## what the tests that call the code pass through, with SQLite
	$(BIN)/pytest -q -n 2 --cov --cov-report= --database=sqlite $(COUNTED)
	$(BIN)/coverage report --fail-under=94
	$(BIN)/coverage report --fail-under=95 --include='*/rules.py,*/rules/*,*/operations.py,*/operations/*,core/access/*'

fix: $(DEV) ## put right what a tool can put right
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: setup ## measure, print ratios: make bench [ARGS=...]
	$(BIN)/python -m bench $(ARGS)

storm: setup ## 500 people check in within a minute, on both databases: make storm [ARGS=...]
	$(BIN)/python -m bench.storm $(ARGS)

gallery: setup ## take the pictures of docs/gallery from a demonstration
	$(BIN)/python -m tools.gallery

covers: setup ## tests by check id: make covers [IDS=IN-01,IN-02]
	@$(BIN)/$(if $(IDS),python -m tools.suite --covers=$(IDS),pytest --quiet --covers-list)

# ------------------------------------------------------------------------- maintenance

messages: $(RUNTIME) ## gather the texts of the screen into the catalogues
	@mkdir -p .cache
	$(BIN)/pybabel --quiet extract -F pyproject.toml -o .cache/messages.pot --no-wrap \
		--project=redcross --version=1 --copyright-holder='The contributors' --msgid-bugs-address='' \
		--add-location=file --sort-by-file -k lazy_gettext -k lazy_ngettext:1,2 -k lazy_pgettext:1c,2 -k NN_:1,1 \
		--ignore-dirs='.* bench migrations node_modules static tests tools' .
	test -e translations/en || $(BIN)/pybabel init -i .cache/messages.pot -d translations -l en --no-wrap
	$(BIN)/pybabel update -i .cache/messages.pot -d translations --no-wrap --no-fuzzy-matching \
		--ignore-obsolete --ignore-pot-creation-date
	$(BIN)/pybabel compile -d translations

migration: $(DEV) ## write the next migration: make migration m="add ... to ..."
	@$(BIN)/python -m tools.migration "$(m)"

lock: ## pin packages anew (needs uv)
	for name in requirements requirements-dev requirements-node; do \
		uv pip compile --quiet --generate-hashes --no-strip-extras --universal --python-version 3.11 --no-header \
			--no-emit-index-url $$name.in -o $$name.txt || exit 1; \
	done
	npm install --package-lock-only
