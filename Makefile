# `make tour` and `make test` are all you need to know; `make` lists the rest.

PYTHON ?= python3
BIN := .venv/bin
SOURCES := pyproject.toml setup.py $(wildcard src/chainrule/*/native/*.[ch] src/chainrule/*/*/native/*.[ch])
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: help tour test sanitize peers browser check check-view rules bundle bench matrix clean

help:  ## list these commands
	@sed -nE 's/^([a-z-]+):.*## (.*)/make \1|\2/p' Makefile | awk -F'|' '{ printf "%-17s%s\n", $$1, $$2 }'

tour: .venv/installed  ## install everything, then walk through backpropagation; writes to chainrule-tour/
	$(BIN)/chainrule tour

test: .venv/tools  ## run every test, with the compiled engine and then with the interpreted one
	CHAINRULE_REQUIRE_NATIVE=1 $(BIN)/python -m pytest -n auto --half --ignore=tests/peers --ignore=tests/browser
	CHAINRULE_PURE=1 $(BIN)/python -m pytest -n auto --half --ignore=tests/peers --ignore=tests/browser

sanitize: .venv/tools  ## test the compiled code with AddressSanitizer and UndefinedBehaviorSanitizer
	sh tools/sanitize.sh

peers: .venv/tools  ## compare with PyTorch, JAX, SymPy, Graphviz and others, those that can be installed
	@command -v dot >/dev/null || { apt-get update -qq && apt-get install -y -qq graphviz; } \
		>/dev/null 2>&1 || echo "Graphviz cannot be installed here"
	@for peer in torch==2.13.0 jax autograd sympy micrograd statsmodels schemathesis; do \
		$(BIN)/pip install -q $$peer >/dev/null 2>&1 || echo "$$peer cannot be installed here"; done
	$(BIN)/python -m pytest tests/peers -rs

# Playwright 1.65 asks Firefox for more than ESR 153 can.
# Pages are laid out for fonts as wide as these; DejaVu's serif is wider.
browser: .venv/tools node_modules/installed  ## test the pages in Chromium, Firefox and JupyterLab; installs them
	@command -v chromium-headless-shell >/dev/null || { apt-get update -qq && \
		apt-get install -y -qq --no-install-recommends chromium-headless-shell; } || \
		command -v chromium >/dev/null || apt-get install -y -qq --no-install-recommends chromium
	@for font in liberation lmodern noto-core; do dpkg -s fonts-$$font >/dev/null 2>&1 || \
		{ apt-get update -qq && apt-get install -y -qq fonts-$$font; } >/dev/null 2>&1 || \
		echo "fonts-$$font cannot be installed here"; done
	@command -v firefox-esr >/dev/null || command -v firefox >/dev/null || { apt-get update -qq && \
		apt-get install -y -qq --no-install-recommends firefox-esr; } >/dev/null 2>&1 || \
		echo "Firefox cannot be installed here"
	$(BIN)/pip install -q playwright==1.64.1 jupyterlab notebook marimo anywidget axe-playwright-python
	$(BIN)/python -m pytest -n 2 --dist loadfile tests/browser --ignore=tests/browser/test_view_large.py
	$(BIN)/python -m pytest tests/browser/test_view_large.py

check: .venv/tools  ## check style, types and generated files
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python tools/generate_rules.py --check
	$(BIN)/python tools/generate_view.py --check
	$(BIN)/python tools/generate_docs.py --check
	@if command -v npm >/dev/null; then $(MAKE) -s check-view; else \
		echo "npm isn't installed: the view's JavaScript wasn't checked"; fi

check-view: node_modules/installed  ## check the view's JavaScript: style, types and bundle; needs Node
	npm run -s check

rules:  ## regenerate files after a change to the table
	$(PYTHON) tools/generate_rules.py
	$(PYTHON) tools/generate_view.py
	PYTHONPATH=src $(PYTHON) tools/generate_docs.py
	@if command -v npm >/dev/null; then $(MAKE) -s bundle; else \
		echo "npm isn't installed: drawing/view/view.js wasn't bundled again"; fi

bundle: node_modules/installed  ## bundle the JavaScript of the view and of the playground; needs Node
	npm run -s bundle
	npm run -s bundle-play
	npm run -s bundle-course
	npm run -s bundle-codemirror

bench: .venv/tools  ## measure the speeds that docs/speed.md reports
	@for peer in micrograd casadi autograd jax torch==2.13.0 scikit-learn; do \
		$(BIN)/pip install -q $$peer >/dev/null 2>&1 || echo "$$peer cannot be installed here"; done
	$(BIN)/python -m bench

matrix:  ## run the tests on every Python from 3.10 to 3.14 that is installed
	@PYTHON=$(PYTHON) sh tools/matrix.sh

clean:  ## remove everything that was built or installed
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
