#!/usr/bin/env bash
# Puts the command «paradero» into the checkout's environment, as the wheel does into others; it can be called from anywhere.
set -euo pipefail
cd "$(dirname "$0")/.."
printf '#!%s\nimport sys\n\nsys.path.insert(0, %s)\nfrom paradero import main\n\nsys.exit(main())\n' \
  "$PWD/.venv/bin/python" "'$PWD'" > .venv/bin/paradero
chmod +x .venv/bin/paradero
