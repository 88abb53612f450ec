#!/usr/bin/env bash
# Puts the rows that the fault tests left in artifacts/faults into the table of docs/reliability.md. Rows that were not measured again are dropped:
# run the whole suite before, make test-faults.
set -euo pipefail
cd "$(dirname "$0")/.."

page=docs/reliability.md
rows=$(mktemp)
trap 'rm -f "$rows"' EXIT

for area in Redis SQS Process Writers Input Soak; do
  cat artifacts/faults/*.tsv | LC_ALL=C sort -t "$(printf '\t')" -k3 | awk -F '\t' -v area="$area" '
    $1 == area {
      sub(/_[0-9]+$/, "", $2) # a case of a theory; the filter takes all of them
      printf "| %s | %s | %s | %s | %s | %s | 0 | 0 | `make fault NAME=%s` |\n", area, $3, $4, $5, $6, $7, $2
    }'
done >"$rows"

awk -v rows="$rows" '
  /<!-- end of measurements -->/ { skipping = 0 }
  !skipping { print }
  /<!-- measurements:/ {
    print "| area | fault | how it is injected | /readyz | seen besides | recovers after | lost | stale | reproduce |"
    print "|---|---|---|---|---|---|---|---|---|"
    while ((getline line < rows) > 0) print line
    skipping = 1
  }' "$page" >"$page.new"
mv "$page.new" "$page"
echo "$(wc -l <"$rows") rows in $page"
