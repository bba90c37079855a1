#!/usr/bin/env bash
# Finds Chromium for the browser tests, installs it from the system's packages where that can be done, or says what is missing.
# Without a window it does half as much work, so that one comes first.
set -euo pipefail
there() { for name in "$@"; do command -v "$name" > /dev/null && return 0; done; return 1; }
get() { DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$1" fonts-inter > /dev/null; }
there chromium-headless-shell && exit 0
there chromium chromium-browser google-chrome && [ "${CI:-}" != true ] && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get > /dev/null; then
  echo "Installing Chromium for the browser tests …"
  apt-get update -qq && { get chromium-headless-shell 2> /dev/null || get chromium || true; }
fi
there chromium-headless-shell chromium chromium-browser google-chrome && exit 0
if [ "${CI:-}" = true ]; then
  echo "Chromium is missing: the browser tests cannot run." >&2
  exit 1
fi
echo "Chromium is missing: the tests marked «browser» will be skipped. Install the package «chromium-headless-shell» or «chromium» to run them." >&2
