# make run    the program over corpus/, results in outputs/
# make test   everything a change must pass
# make help   the other commands
# Nothing is asked of the machine but make and Python 3.11 or newer (Debian, Ubuntu: with the package python3-venv). The programs that
# read scans and old Word files are installed where that is possible, else the command is printed (scripts/programs.sh).

SHELL  := /bin/sh
VENV   := .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready-run
TOOLS  := $(VENV)/.ready-test
PIP    := $(BIN)/python -m pip --disable-pip-version-check --no-input
UV     := build/lock/bin/uv
LOCK   := $(UV) pip compile --no-config --quiet --universal --fork-strategy fewest --generate-hashes --no-emit-index-url --no-header

export PYTHONUTF8 := 1

.PHONY: help run test programs bench outputs ratchet lock clean
.DELETE_ON_ERROR:

run: $(READY) programs
	@$(BIN)/giaoviec run corpus -o outputs

test: $(TOOLS)
	@sh scripts/programs.sh test
	@echo "── ruff";         $(BIN)/ruff check .
	@echo "── mypy";         $(BIN)/mypy
	@echo "── lint-imports"; $(BIN)/lint-imports --no-logo
	@echo "── pytest";       $(BIN)/python -m pytest -q -n 2 --dist loadfile

programs:
	@sh scripts/programs.sh

help:
	@echo "make run      văn bản trong corpus/ → bảng nhiệm vụ trong outputs/ (directives → task tables)"
	@echo "make test     ruff, mypy, lint-imports, pytest"
	@echo "make programs Tesseract, LibreOffice and a font, by apt-get (make run and make test do it too)"
	@echo "make bench    speed, growth, memory, start-up → docs/benchmarks.md"
	@echo "make outputs  accept what the pipeline makes now as outputs/ and docs/evaluation/ (golden files; refused when CI=true)"
	@echo "make ratchet  accept the figures of now as the floor, tests/ratchet.json (refused when CI=true)"
	@echo "make lock     choose new versions of the dependencies: requirements.lock, requirements-dev.lock"
	@echo "make clean    remove the environment and caches"

bench: $(TOOLS) programs
	@$(BIN)/python -m benchmarks.text_path

outputs: $(TOOLS)
	@$(BIN)/python -m pytest -q tests/test_goldens.py tests/test_evaluation.py --rewrite-outputs

ratchet: $(TOOLS)
	@$(BIN)/python -m pytest -q tests/test_evaluate.py --rewrite-ratchet

lock: $(UV)
	$(LOCK) pyproject.toml -o requirements.lock --upgrade
	$(LOCK) pyproject.toml --group dev -c requirements.lock -o requirements-dev.lock --upgrade

clean:
	rm -rf $(VENV) build *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache

# The first Python on the path that is new enough and can make an environment; PYTHON=… chooses another.
$(BIN)/python:
	@candidates="$(PYTHON) python3 python3.14 python3.13 python3.12 python3.11 python"; found=; \
	for python in $$candidates; do \
	  if "$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then found=$$python; break; fi; \
	done; \
	if [ -z "$$found" ]; then \
	  echo "Cần Python 3.11 trở lên, không thấy trên máy này. / Python 3.11 or newer is needed and was not found." >&2; \
	  echo "    Debian 12+, Ubuntu 24.04+:  sudo apt-get install python3 python3-venv" >&2; exit 1; \
	fi; \
	if ! "$$found" -c 'import ensurepip, venv' >/dev/null 2>&1; then \
	  version=$$("$$found" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])'); \
	  echo "Python trên máy này thiếu phần tạo môi trường riêng. / This Python cannot make an environment of its own: install" >&2; \
	  echo "    sudo apt-get install $$version" >&2; exit 1; \
	fi; \
	echo "── $(VENV): $$("$$found" --version)"; \
	"$$found" -m venv $(VENV)

# The lock holds a hash of every file that may be installed; --no-build-isolation keeps the build to what the lock brought.
$(READY): requirements.lock pyproject.toml | $(BIN)/python
	@echo "── cài đặt các gói trong requirements.lock (lần đầu: vài phút) / installing"
	@$(PIP) install -qq --require-hashes -r requirements.lock
	@$(PIP) install -qq --no-deps --no-build-isolation --editable .
	@touch $@

$(TOOLS): requirements-dev.lock $(READY)
	@echo "── cài đặt công cụ kiểm thử / installing the tools that tests need"
	@$(PIP) install -qq --require-hashes -r requirements-dev.lock
	@touch $@

$(UV):
	python3 -m venv build/lock
	build/lock/bin/python -m pip --disable-pip-version-check install -qq uv
