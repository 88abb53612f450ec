#!/usr/bin/env bash
# Changes the code of Messages/ and Caching/ in a thousand small ways, one at a time, and runs the unit tests on each: a change that no test
# notices is a gap. Fails below the score in eng/stryker.json. The report is in artifacts/mutation.
#   eng/mutate.sh [PATTERN ...]    only these files, e.g. eng/mutate.sh '**/Messages/IdRules.cs'
set -euo pipefail
. "$(dirname "$0")/environment.sh"

eng/prerequisites.sh demo
out=$PWD/artifacts/mutation
mkdir -p "$out"
dotnet tool restore >/dev/null
only=()
for pattern in "$@"; do
  only+=(--mutate "$pattern")
done
cd tests/PersistentCacheService.Tests
RunAnalyzers=false exec dotnet stryker --config-file ../../eng/stryker.json --output "$out" --skip-version-check "${only[@]}"
