# Everything that is done to coachcrm from a checkout. `make` alone lists it.

PYTHON ?= python3
PORT ?= 8000

BIN := .venv/bin
PIP := $(BIN)/python -m pip --require-virtualenv --disable-pip-version-check --no-input -qq

# Nothing from outside reaches into the environment, and nothing is installed outside it.
export PYTHONNOUSERSITE := 1
export PIP_USER := 0
export PIP_BUILD_CONSTRAINT := constraints.txt
unexport PYTHONPATH
unexport PYTHONHOME
# Python keeps what it has compiled: every program that the tests start would compile it again.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help run demo test check fix bench migration cities wheel clean FORCE
.DELETE_ON_ERROR:

help: ## list what can be done
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/make \1|\2/p' Makefile | \
	while IFS='|' read -r what words; do printf '%-16s %s\n' "$$what" "$$words"; done

# ---------------------------------------------------------------------------------- to use it

run: .venv/run ## start coachcrm on http://127.0.0.1:8000 (another port: make run PORT=8001)
	@exec $(BIN)/coachcrm serve --port $(PORT)

demo: .venv/run ## show a made-up practice, apart from your own data and mail
	@unset COACHCRM_DATABASE_URL COACHCRM_BASE_URL COACHCRM_MAIL_SERVER COACHCRM_MAIL_SENDER; \
	export COACHCRM_INSTANCE=instance-demo; \
	$(BIN)/coachcrm demo && exec $(BIN)/coachcrm serve --port $(PORT)

# ------------------------------------------------------------------------------ to work on it

test: check ## check everything: the fast part, then every test (some only: make test ARGS=tests/kit)
	@$(BIN)/python -m pytest -n auto --dist loadgroup $(ARGS)

check: .venv/test ## the fast part: format, lint, types, import contracts
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo

fix: .venv/test ## format the code and mend what the linter can mend
	@$(BIN)/ruff check --fix --exit-zero .
	@$(BIN)/ruff format .

bench: .venv/test ## measure speed against bare references (a table: make bench OUT=new.tsv BASE=old.tsv)
	@$(BIN)/python -m bench $(if $(OUT),--out "$(OUT)") $(if $(BASE),--base "$(BASE)") $(if $(ONLY),--only $(ONLY))

migration: .venv/test ## draft the next migration from the models: make migration m="add tags"
	@$(BIN)/python migrations/draft.py "$(m)"
	@$(BIN)/ruff check --fix --exit-zero --silent migrations
	@$(BIN)/ruff format --quiet migrations

cities: .venv/test ## make the list of cities anew, from the newest data (fetches 46 MB)
	@$(PIP) install --constraint constraints.txt --editable '.[cities]'
	@$(BIN)/python -m tools.make_cities

wheel: .venv/test ## build the wheel and the source archive into dist/
	@$(BIN)/python -m build --no-isolation --outdir dist .

clean: ## remove what make has made; your data in instance/ stays
	@rm -rf .venv dist test-results .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

# -------------------------------------------------------------------------- the environment

# An environment belongs to one Python and one folder; with another of either it is made anew.
define SAY_WHICH
import os, sys, zlib
if sys.version_info < (3, 11):
    sys.exit("coachcrm needs Python 3.11 or newer, but %s is Python %d.%d. If there is a newer one, \
name it: make run PYTHON=python3.12" % (sys.executable, sys.version_info[0], sys.version_info[1]))
print("%s %s %s" % (sys.version_info[:2], sys.base_prefix, os.getcwd()))
endef
export SAY_WHICH

.venv/which: FORCE
	@command -v $(PYTHON) >/dev/null || { echo "coachcrm needs Python 3.11 or newer, and there is no $(PYTHON) here. Please install it." >&2; exit 1; }
	@mkdir -p .venv
	@$(PYTHON) -c "$$SAY_WHICH" > .venv/which.new
	@if cmp -s .venv/which.new .venv/which; then rm .venv/which.new; else mv .venv/which.new .venv/which; fi

.venv/made: .venv/which
	@find .venv -mindepth 1 -maxdepth 1 ! -name which -exec rm -rf {} +
	@$(PYTHON) -m venv .venv >/dev/null 2>&1 || { \
	  $(PYTHON) -m venv --without-pip .venv && \
	  $(PYTHON) -m pip --disable-pip-version-check -qq --python $(BIN)/python install pip; \
	} || { \
	  echo "This Python cannot make an environment. On Debian and Ubuntu: apt install python3-venv" >&2; \
	  exit 1; \
	}
	@touch $@

.venv/run: .venv/made pyproject.toml constraints.txt
	@echo 'Installing what coachcrm needs (once; about half a minute) …'
	@$(PIP) install --constraint constraints.txt --editable .
	@touch $@

.venv/test: .venv/made pyproject.toml constraints.txt
	@echo 'Installing coachcrm and what its tests need (once; about a minute) …'
	@$(PIP) install --constraint constraints.txt --editable '.[test,dev]'
	@touch .venv/run $@
