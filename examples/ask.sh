#!/usr/bin/env bash
# Ask with curl. Chinese in the query is percent-encoded by --data-urlencode.
set -euo pipefail
base="${DUTY_SEARCH_URL:-http://127.0.0.1:8000}"

echo "── 狗咬人了找谁（庙尔沟乡）"
curl --silent --show-error --fail --get "$base/api/v1/answer" \
  --data-urlencode "q=狗咬人了找谁" --data-urlencode "township=庙尔沟乡" |
  python3 -c 'import json, sys; print(json.load(sys.stdin)["answer"]["summary"])'

echo "── 高龄津贴，前三项"
curl --silent --show-error --fail --get "$base/api/v1/search" \
  --data-urlencode "q=高龄津贴" --data-urlencode "per_page=3" --data-urlencode "collapse=true" |
  python3 -c 'import json, sys; [print(one["township"], one["name"]) for one in json.load(sys.stdin)["results"]]'

echo "── 同一问题再问一次，没有变化就不再传"
headers=$(curl --silent --show-error --fail --get --dump-header - --output /dev/null \
  "$base/api/v1/answer" --data-urlencode "q=狗咬人了找谁")
etag=$(printf '%s' "$headers" | tr -d '\r' | sed -n 's/^[Ee][Tt]ag: //p')
curl --silent --show-error --get --output /dev/null --write-out '%{http_code}\n' \
  --header "If-None-Match: $etag" "$base/api/v1/answer" --data-urlencode "q=狗咬人了找谁"
