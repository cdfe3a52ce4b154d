# Two commands matter: `make example` sets up and compiles the example network, `make test` sets up and runs all tests.

BIN := .venv/bin
MODEL := examples/digits_int8/digits_int8.tflite
DATA := examples/digits_int8/digits_test.npz

.PHONY: example test check lit unit develop clean

example:
	.ci/setup example
	$(BIN)/dqnnc analyze -m $(MODEL) --target stm32
	$(BIN)/dqnnc generate -m $(MODEL) --target stm32 --name digits --output out/digits --force
	$(BIN)/dqnnc validate -m $(MODEL) --target stm32 --mode host -vi $(DATA)

# The type checker is one process: the tests of passes run beside it.
test:
	.ci/setup test
	$(MAKE) -j2 --output-sync=target check lit
	$(MAKE) unit

check:
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/basedpyright

lit:
	PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/lit -sv -j2 test/lit

unit:
	PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/pytest -q -n 2 --dist loadgroup

# An editable install, for work on the compiler itself.
develop:
	.ci/setup develop

clean:
	rm -rf .venv build out *.egg-info
