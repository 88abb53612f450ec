#!/usr/bin/env bash
# Runs the micro-benchmarks and puts their table into docs/performance.md; all figures are in artifacts/bench/micro/results. Under 3 minutes.
set -euo pipefail
. "$(dirname "$0")/environment.sh"

page=docs/performance.md
out=artifacts/bench/micro
rm -rf "$out"
dotnet build bench/Microbenchmarks --configuration Release --verbosity quiet --nologo -terminalLogger:off -consoleLoggerParameters:NoSummary -p:RunAnalyzers=false
bench/Microbenchmarks/bin/Release/net10.0/Microbenchmarks --artifacts "$out"

# Of BenchmarkDotNet's table the method, its mean and what it allocates, by type.
table=$(awk -F'|' '/^\| / && !/^\| Type/ { gsub(/&#39;/, ""); gsub(/ +\|/, " |"); gsub(/\| +/, "| "); print "|" $2 "|" $3 "|" $4 "|" $(NF - 1) "|" }' "$out"/results/*-report-github.md | sort -s -t'|' -k2,2)
awk -v table="| part | what | mean | allocated |
|---|---|---:|---:|
$table" '
  /<!-- end of micro -->/ { skipping = 0 }
  !skipping { print }
  /<!-- micro:/ { print table; skipping = 1 }' "$page" >"$page.new"
mv "$page.new" "$page"
