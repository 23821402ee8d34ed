#!/usr/bin/env bash
# Make sure that a Chromium for the end-to-end tests is there; install Debian's where that is possible.
# CHROMIUM names another one.
set -euo pipefail
for name in "${CHROMIUM:-}" chromium chromium-browser google-chrome; do
  if [ -n "$name" ] && command -v "$name" >/dev/null; then exit 0; fi
done
if command -v apt-get >/dev/null && [ "$(id -u)" = 0 ]; then
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq
  apt-get install -y -qq --no-install-recommends chromium fonts-noto-cjk >/dev/null
  exit 0
fi
echo "The end-to-end tests need Chromium. Install it (Debian: apt-get install chromium fonts-noto-cjk)" >&2
echo "or name one in CHROMIUM." >&2
exit 1
