#!/usr/bin/env bash
# Runs the unit tests of the worker and of what it shares with the Sidecar, and prints which share of its lines and branches they ran, by folder. Every line is shown in artifacts/coverage/html.
# The other tests run the worker as a process, which is not counted.
set -euo pipefail
. "$(dirname "$0")/environment.sh"

eng/prerequisites.sh demo
out=artifacts/coverage
rm -rf "$out"
status=0
dotnet tool restore >/dev/null
dotnet test tests/PersistentCacheService.Tests --configuration "$configuration" --nologo --verbosity quiet -p:RunAnalyzers=false \
  --collect 'XPlat Code Coverage' --results-directory "$out/raw" || status=1
dotnet reportgenerator -reports:"$out/raw/*/coverage.cobertura.xml" -targetdir:"$out/html" -reporttypes:'Html;Cobertura' -verbosity:Warning \
  -assemblyfilters:'+persistent-cache-service;+EntitlementCache' -filefilters:'-*.g.cs'

# Each source file has classes, each class its lines; a branch says "50% (1/2)".
awk '
  function attribute(name) { return match($0, " " name "=\"[^\"]*\"") ? substr($0, RSTART + length(name) + 3, RLENGTH - length(name) - 4) : "" }
  function share(part, all) { return all == 0 ? "-" : sprintf("%.1f %%", part * 100 / all) }
  function row(folder) { return sprintf("%-44s %10s %10s %8d", folder, share(hit[folder], lines[folder]), share(taken[folder], branches[folder]), lines[folder]) }
  /<class / {
    folder = attribute("filename")
    sub(/.*src\//, "", folder)
    sub(/\/[^\/]*$/, "", folder)
    inside = 1
  }
  /<\/class>/ { inside = 0 }
  /<method / { inside = 0 }
  /<\/methods>/ { inside = 1 }
  inside && /<line / {
    covered = attribute("hits") > 0
    lines[folder]++; lines["all"]++
    hit[folder] += covered; hit["all"] += covered
    if (match($0, /\([0-9]+\/[0-9]+\)/)) {
      split(substr($0, RSTART + 1, RLENGTH - 2), branch, "/")
      taken[folder] += branch[1]; taken["all"] += branch[1]
      branches[folder] += branch[2]; branches["all"] += branch[2]
    }
  }
  END {
    printf "%-44s %10s %10s %8s\n", "folder", "lines", "branches", "of lines"
    for (folder in lines) if (folder != "all") print row(folder) | "sort"
    close("sort")
    print row("all")
  }' "$out/html/Cobertura.xml"
exit $status
