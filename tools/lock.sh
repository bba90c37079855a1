#!/usr/bin/env bash
# Writes requirements*.txt anew from pyproject.toml. Each names only what those before it do not: production installs the
# first, «make run» the second with it, the tests the third as well; building a wheel takes the fourth beside the first.
# UPGRADE= keeps the versions that are there and looks at what was added or taken away alone.
set -euo pipefail
cd "$(dirname "$0")/.."
.venv/bin/python -m pip install --quiet uv
compile() {
  .venv/bin/uv pip compile "$@" --universal --python-version 3.11 --generate-hashes --no-strip-extras \
    --no-emit-index-url --no-header --no-annotate --quiet ${UPGRADE---upgrade}
}
locked() { sed -nE 's/^([a-z0-9-]+)(\[.*\])?==.*/--no-emit-package \1/p' "$@"; }
compile pyproject.toml -o requirements.txt
compile pyproject.toml -o requirements-run.txt --extra embedded --extra parquet -c requirements.txt $(locked requirements.txt)
compile pyproject.toml -o requirements-dev.txt --extra embedded --extra parquet --group dev \
  -c requirements.txt -c requirements-run.txt $(locked requirements.txt requirements-run.txt)
compile -o requirements-build.txt --group build -c requirements.txt -c requirements-dev.txt
