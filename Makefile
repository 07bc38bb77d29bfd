# The verbs of this project. `make tour` and `make test` are all that one needs to know.

PYTHON ?= python3
BIN := .venv/bin
SOURCES := pyproject.toml setup.py $(wildcard src/chainrule/*/native/*.[ch] src/chainrule/*/*/native/*.[ch])
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: tour test peers browser check check-view rules bundle bench matrix clean

tour: .venv/installed  ## install everything, then walk through backpropagation; pictures go into chainrule-tour/
	$(BIN)/chainrule tour

test: .venv/tools  ## every test, with the compiled engine and then with the interpreted one
	CHAINRULE_REQUIRE_NATIVE=1 $(BIN)/python -m pytest -n auto --ignore=tests/peers --ignore=tests/browser
	CHAINRULE_PURE=1 $(BIN)/python -m pytest -n auto --ignore=tests/peers --ignore=tests/browser

peers: .venv/tools  ## comparisons with PyTorch, JAX, SymPy and micrograd; one that cannot be had is named
	@for peer in torch==2.13.0 jax sympy micrograd; do \
		$(BIN)/pip install -q $$peer >/dev/null 2>&1 || echo "peer $$peer cannot be had here"; done
	$(BIN)/python -m pytest tests/peers -rs

browser: .venv/tools  ## the interactive view in a real Chromium and in JupyterLab; installs what it needs
	@command -v chromium >/dev/null || \
		{ apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium; }
	$(BIN)/pip install -q playwright jupyterlab anywidget
	$(BIN)/python -m pytest tests/browser

check: .venv/tools  ## lint, format, types, generated files
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python tools/generate_rules.py --check
	$(BIN)/python tools/generate_view.py --check
	$(BIN)/python tools/generate_docs.py --check
	@if command -v npm >/dev/null; then $(MAKE) -s check-view; else \
		echo "npm isn't here: the view's JavaScript isn't linted, and view.js may be out of date"; fi

check-view: node_modules/installed  ## lint, types and bundle of the view's JavaScript; needs Node
	npm run -s check

rules:  ## write the generated files anew after the table was changed
	$(PYTHON) tools/generate_rules.py
	$(PYTHON) tools/generate_view.py
	PYTHONPATH=src $(PYTHON) tools/generate_docs.py
	@if command -v npm >/dev/null; then $(MAKE) -s bundle; else \
		echo "npm isn't here: drawing/view/view.js wasn't bundled anew"; fi

bundle: node_modules/installed  ## bundle the view's JavaScript and CSS into view.js; needs Node
	npm run -s bundle

bench: .venv/tools  ## the figures of the README, measured here
	@for peer in micrograd casadi autograd jax; do \
		$(BIN)/pip install -q $$peer >/dev/null 2>&1 || echo "peer $$peer cannot be had here"; done
	$(BIN)/python -m bench

matrix:  ## the tests on every standard Python from 3.10 to 3.14 that is found
	@PYTHON=$(PYTHON) sh tools/matrix.sh

clean:  ## remove what was built
	rm -rf .venv .venv-* node_modules build dist *.egg-info src/*.egg-info chainrule-tour .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find src -name "_native*.so" -delete
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

node_modules/installed: package.json package-lock.json
	npm ci --silent
	touch $@

.venv/installed: $(SOURCES)
	$(PYTHON) -m venv .venv
	$(BIN)/pip install -q --upgrade pip
	$(BIN)/pip install -q -e '.[all]'
	touch $@

.venv/tools: .venv/installed
	$(BIN)/pip install -q --group test --group check
	touch $@
