# make            what can be done here
# make VENV=…     with the environment somewhere else
PYTHON ?= python3
VENV ?= .venv
BIN = $(VENV)/bin

# Without their look-ups Checkov stays off the network and starts faster. Only our checks are asked for, here and in cfn-lint, so that a new
# built-in check of a host cannot change what the demonstration shows. E0 stays: it is a template that cfn-lint could not read.
CHECKOV = BC_SKIP_MAPPING=TRUE CKV_SKIP_PACKAGE_UPDATE_CHECK=TRUE $(BIN)/checkov --external-checks-dir "$$($(BIN)/dms-checks policies)" \
	--framework terraform cloudformation --check 'CKV_DMS_*' --compact --quiet --directory
CFN_LINT = $(BIN)/cfn-lint --append-rules dms_checks.cfn_lint --ignore-checks E1 E2 E3 E4 E5 E6 E7 E8 E9 W --mandatory-checks E97 W97 --template
REPORT = $(VENV)/checkov.txt

.PHONY: help demo test format docs plans sensitive bench

help:
	@echo "make demo    run Checkov and cfn-lint with our rules on examples/"
	@echo "make test    everything that CI checks"
	@echo "make format  bring the code into form"
	@echo "make docs    write docs/, examples/profiles/, and table and picture in README.md"
	@echo "make plans   make the plan files of the fixtures (needs terraform)"
	@echo "make sensitive  write down the provider's sensitive attributes (needs terraform)"
	@echo "make bench   measure what our rules cost in each host"

# A host exits with 0 when it has loaded no rule, so what it prints is looked at: Checkov's line of counts, once per framework, and of
# cfn-lint the exit code, which is 2 to 6 for findings and 1 for a crash.
demo: $(VENV)/with-hosts
	@printf '\n=== Checkov, examples/insecure\n'
	@$(CHECKOV) examples/insecure | tee $(REPORT)
	@test $$(grep -c 'Failed checks: [1-9]' $(REPORT)) -eq 2 || { echo 'Checkov found nothing, run dms-checks doctor'; exit 1; }
	@printf '\n=== cfn-lint, examples/insecure\n'
	@$(CFN_LINT) examples/insecure/cloudformation.yaml; test $$? -gt 1 || { echo 'cfn-lint found nothing, run dms-checks doctor'; exit 1; }
	@printf '\n=== Checkov, examples/secure\n'
	@$(CHECKOV) examples/secure | tee $(REPORT)
	@test $$(grep -c 'Passed checks: [1-9][0-9]*, Failed checks: 0,' $(REPORT)) -eq 2
	@printf '\n=== cfn-lint, examples/secure\n'
	@$(CFN_LINT) examples/secure/cloudformation.yaml && echo 'no findings'

test: $(VENV)/with-tests
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python tools/write_docs.py --check
	$(BIN)/python -m pytest --numprocesses auto --dist loadgroup

format: $(VENV)/with-tests
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

docs: $(VENV)/with-tests
	$(BIN)/python tools/write_docs.py

plans: $(VENV)/with-tests
	$(BIN)/python tools/make_plans.py

sensitive: $(VENV)/with-tests
	$(BIN)/python tools/sensitive_attributes.py

bench: $(VENV)/with-hosts
	$(BIN)/python tools/bench.py

$(VENV)/with-hosts: setup.cfg pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --editable '.[all]'
	touch $@

$(VENV)/with-tests: setup.cfg pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --editable '.[test]'
	touch $@
