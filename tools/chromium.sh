#!/usr/bin/env bash
# Finds Chromium for the browser tests, installs it from the system's packages where that can be done, or says what is missing.
set -euo pipefail
find_it() { for name in chromium chromium-browser google-chrome; do command -v "$name" && return 0; done; return 1; }
find_it > /dev/null && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get > /dev/null; then
  echo "Installing Chromium for the browser tests …"
  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium fonts-inter > /dev/null || true
fi
find_it > /dev/null && exit 0
if [ "${CI:-}" = true ]; then
  echo "Chromium is missing: the browser tests cannot run." >&2
  exit 1
fi
echo "Chromium is missing: the tests marked «browser» will be skipped. Install the package «chromium» to run them." >&2
