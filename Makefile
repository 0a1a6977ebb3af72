# Needs Python 3.11 or newer, make, and a package index that pip can reach; nothing else.

PYTHON ?= python3
VENV   := .venv
TEST   := .venv-test
MODELS := .venv-models
BENCHES := .venv-bench
OPS    := .venv-ops
IMAGE  ?= stream-slm

# pip's own notices about pip are noise here; whatever is printed through a pipe should be seen at once.
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PYTHONUNBUFFERED := 1

# Steps print as they go: side by side, their output would mix.
.NOTPARALLEL:
.DEFAULT_GOAL := help
.PHONY: help setup demo test test-unit test-models test-ops lint format bench bench-quick bench-full bench-heads heads docs train chaos wheel image rules constraints clean

# $(call step,NAME,COMMAND): say what runs, and which step it was that failed.
define step
@printf '\n==> %s\n' '$(1)'
@$(2) || { status=$$?; printf '\n==> FAILED: %s (exit status %s); later steps were not run\n' '$(1)' $$status; exit 1; }
endef

help: ## this list
	@printf 'stream-slm: text inference inside the stream. Start with: make demo\n\n'
	@awk -F ':.*## ' '/^[a-z][a-z-]*:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' Makefile

setup: $(VENV)/.installed ## the run-time environment .venv and the default model bundle
	@$(VENV)/bin/stream-slm models pull

demo: setup ## the whole job on this machine: broker, worker, sample messages, what a subscriber sees
	@$(VENV)/bin/stream-slm demo

test: lint models-for-tests ## lint, then unit and integration tests on every broker that can be had
	$(call step,unit and integration tests,$(TEST)/bin/python -m pytest -m 'not chaos' -n 2 --dist loadfile)

test-unit: models-for-tests ## unit tests only
	$(call step,unit tests,$(TEST)/bin/python -m pytest tests/unit)

test-models: $(MODELS)/.installed ## converted checkpoints against transformers' own output; installs torch (6 GB)
	$(call step,models against transformers,$(MODELS)/bin/python -m pytest tests/models)

test-ops: $(OPS)/.installed ## manifests, alert rules, Compose and image against kubectl, checkov and promtool
	$(call step,operations,$(OPS)/bin/python -m pytest tests/ops)

lint: $(TEST)/.installed ## ruff, mypy --strict, and the architecture's rules for imports
	$(call step,ruff,$(TEST)/bin/ruff check .)
	$(call step,mypy,$(TEST)/bin/mypy)
	$(call step,import rules,$(TEST)/bin/lint-imports)

format: $(TEST)/.installed ## rewrite the code as ruff formats it
	$(call step,ruff format,$(TEST)/bin/ruff format .)

bench: models-for-tests $(BENCHES)/.installed ## how near to the limit, how far ahead of other ways; installs torch (BENCH="--data FOLDER")
	$(call step,throughput,$(TEST)/bin/python -m benchmarks.bench --rivals $(BENCH))

bench-quick: models-for-tests ## ours and the limit only, in two minutes (BENCH="--data FOLDER --mix long")
	$(call step,throughput,$(TEST)/bin/python -m benchmarks.bench --rounds 2 --seconds 10 $(BENCH))

bench-full: models-for-tests $(BENCHES)/.installed ## everything, for two hours; results go to build/bench (BENCH="--data FOLDER")
	@mkdir -p build/bench
	$(call step,own cost,$(TEST)/bin/python -m benchmarks.own_cost $(BENCH))
	$(call step,throughput,$(TEST)/bin/python -m benchmarks.bench --rivals --mix short --mix mixed --mix long \
	  --json build/bench/throughput.json $(BENCH))
	$(call step,latency,$(TEST)/bin/python -m benchmarks.latency --json build/bench/latency.json $(BENCH))
	$(call step,resources,$(TEST)/bin/python -m benchmarks.resources --json build/bench/resources.json $(BENCH))
	$(call step,growth,$(TEST)/bin/python -m benchmarks.growth --json build/bench/growth.json $(BENCH))

bench-heads: models-for-tests ## macro-F1 of the head recipe on labelled sets: make bench-heads DATA=FOLDER (BENCH="--shots 8 32")
	@test -n '$(DATA)' || { echo 'make bench-heads DATA=FOLDER: a folder of sets, each with a data.jsonl'; exit 2; }
	$(call step,head recipe,$(TEST)/bin/python -m benchmarks.head_recipe --data '$(DATA)' $(BENCH))

heads: models-for-tests ## train the shipped heads again, on rows generated here
	$(call step,heads,$(TEST)/bin/python -m training.train_heads)

docs: $(TEST)/.installed ## the tables of docs/configuration.md, from the code
	@{ sed '/^<!-- below/q' docs/configuration.md; printf '\n'; $(TEST)/bin/stream-slm config schema --markdown; } > docs/new
	@mv docs/new docs/configuration.md

train: $(MODELS)/.installed ## train slm-tiny from its seed: hours; goes on where it stopped (TRAIN="--steps 60000"); installs torch
	$(call step,training,$(MODELS)/bin/python -m training.train_slm $(TRAIN))
	$(call step,bundle,$(MODELS)/bin/python -m training.slm_bundle)
	$(call step,evaluation,$(MODELS)/bin/python -m training.evaluate_slm --json build/slm-tiny/figures.json)
	$(call step,card,$(MODELS)/bin/python -m training.slm_bundle)

chaos: models-for-tests ## kills, restarts, cuts and a soak, for hours; writes docs/reliability.md (CHAOS="-k kills")
	$(call step,chaos,($(TEST)/bin/python -m pytest -m chaos tests/chaos $(CHAOS); status=$$?; \
	  $(TEST)/bin/python -m tests.chaos.book && exit $$status))

wheel: $(TEST)/.installed ## the wheel, into dist/
	$(call step,wheel,$(TEST)/bin/python -m build --wheel --no-isolation)

image: ## the container images stream-slm:dev, :dev-with-model (the model in it) and stream-slm-models:dev (it alone)
	$(call step,image,docker build --target runtime --tag $(IMAGE):dev .)
	$(call step,image with the model,docker build --target with-model --tag $(IMAGE):dev-with-model .)
	$(call step,image of the model alone,docker build --target models --tag $(IMAGE)-models:dev .)

rules: $(TEST)/.installed ## write monitoring/rules.yml from the cluster's alert rules
	$(call step,alert rules,$(TEST)/bin/python -m tests.ops.rules)

constraints: ## write constraints.txt anew, with the newest versions that pyproject.toml allows
	@rm -rf .venv-constraints
	@$(PYTHON) -m venv .venv-constraints
	.venv-constraints/bin/python -m pip install --upgrade pip
	.venv-constraints/bin/python -m pip install hatchling editables -e '.[demo]' --group test --group lint
	@{ sed '/^[^#]/,$$d' constraints.txt; \
	  .venv-constraints/bin/python -m pip freeze --all --exclude-editable --exclude setuptools; } > constraints.new
	@mv constraints.new constraints.txt
	@rm -rf .venv-constraints

clean: ## remove environments, caches and builds (the model bundle in the user's cache stays)
	rm -rf $(VENV) $(TEST) $(MODELS) $(OPS) $(BENCHES) .venv-constraints dist build .pytest_cache .mypy_cache .ruff_cache .hypothesis
	rm -rf .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# Not in the help: what the tests and benchmarks need besides their environment. Pulled here, with progress shown,
# rather than within the first test that asks for it.
.PHONY: models-for-tests
models-for-tests: $(TEST)/.installed
	$(call step,model bundle,$(TEST)/bin/stream-slm models pull)

# Editable, so that a change in the checkout is what runs, and only a change of versions installs again.
# setuptools comes with Python 3.11's venv and is used by nothing here.
$(VENV)/.installed: pyproject.toml constraints.txt
	$(call make_venv,$(VENV))
	$(VENV)/bin/python -m pip install --constraint constraints.txt --editable '.[demo]'
	@$(VENV)/bin/python -m pip uninstall --yes --quiet setuptools
	@touch $@

# An environment of its own: linters and test libraries stay out of the user's.
# Dependency groups need a pip newer than the one some Pythons bring. hatchling (with editables, which it
# wants for an editable install) also builds the wheel that tests look into.
$(TEST)/.installed: pyproject.toml constraints.txt
	$(call make_venv,$(TEST))
	$(TEST)/bin/python -m pip install --constraint constraints.txt pip hatchling editables
	$(TEST)/bin/python -m pip install --constraint constraints.txt --no-build-isolation --editable '.[demo]' \
	  --group test --group lint
	@touch $@

# The constraints hold here too: the conversion is judged on the versions that a user gets.
$(MODELS)/.installed: pyproject.toml constraints.txt
	$(call make_venv,$(MODELS))
	$(MODELS)/bin/python -m pip install --constraint constraints.txt pip
	$(MODELS)/bin/python -m pip install --constraint constraints.txt --editable . --group models
	@touch $@

# What a user would write instead, in an environment of its own: the newest of each, as its user would install it.
$(BENCHES)/.installed: pyproject.toml constraints.txt
	$(call make_venv,$(BENCHES))
	$(BENCHES)/bin/python -m pip install --upgrade pip
	$(BENCHES)/bin/python -m pip install --editable . --group rivals
	@touch $@

# Not the constraints: checkov wants versions of its own of what we use too. The tools that are no Python packages are used
# where they are; promtool, which Debian has in a package of servers and pages, is taken out of it without installing it.
$(OPS)/.installed: pyproject.toml
	$(call make_venv,$(OPS))
	$(OPS)/bin/python -m pip install 'pip>=25.1'
	$(OPS)/bin/python -m pip install --editable . --group ops
	@command -v promtool >/dev/null || { cd $(OPS) \
	  && { apt-get download -qq prometheus || { apt-get update -qq && apt-get download -qq prometheus; }; } \
	  && dpkg-deb --extract prometheus_*.deb prometheus && ln -sf ../prometheus/usr/bin/promtool bin/promtool; } \
	  || echo 'no promtool to be had here: the tests of the alert rules will be skipped'
	@touch $@

# A folder whose Python is gone (the system's was upgraded) is made anew.
define make_venv
@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
  { echo "Python 3.11 or newer is needed; $(PYTHON) is $$($(PYTHON) --version 2>&1). Name one: make PYTHON=python3.12"; exit 1; }
@$(1)/bin/python -c '' 2>/dev/null || $(PYTHON) -m venv --clear $(1)
endef
