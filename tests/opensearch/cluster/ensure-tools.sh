#!/usr/bin/env bash
# Make sure that all is there which a cluster needs: OpenSearch, got by Maven, and a Java that runs it.
# What is missing is installed where that is possible, else named.
set -euo pipefail
cd "$(dirname "$0")/../../.."
folder=var/opensearch
python=.venv/bin/python

if ! command -v mvn >/dev/null && ! compgen -G "$folder/opensearch-*" >/dev/null; then
  if command -v apt-get >/dev/null && [ "$(id -u)" = 0 ]; then
    export DEBIAN_FRONTEND=noninteractive
    mkdir -p /usr/share/man/man1  # slim images have none, and Java's package wants to put links there
    apt-get update -qq
    apt-get install -y -qq --no-install-recommends maven >/dev/null
  fi
fi
# After Maven, which may have brought one.
if ! $python -m tests.opensearch.cluster java >/dev/null 2>&1; then
  $python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[opensearch-java]'
fi
$python -m tests.opensearch.cluster install --folder $folder >/dev/null
