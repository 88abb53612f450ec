#!/usr/bin/env bash
# Builds once and runs every test project, one after the other. At the end come the failed tests once more and the line "N passed, N failed, N skipped".
#   eng/test.sh [project ...]    only these, e.g. eng/test.sh TestKit.Tests
#   FAULTS=full                  the full-length fault tests instead of their fast versions
#   CI=true                      restores from the lock files only, a missing prerequisite fails instead of being skipped, and the worker is the native executable
#   CONFIGURATION=Debug          another build than Release
set -euo pipefail
. "$(dirname "$0")/environment.sh"

results=artifacts/test-results
rm -rf "$results"
mkdir -p "$results"
passed=0 failed=0 skipped=0

summary() {
  local line="$passed passed, $failed failed, $skipped skipped"
  echo "$line" >artifacts/test-counts
  echo "$line"
}

build() { # build [PROJECT FILE]: the solution without one
  dotnet build "$@" --configuration "$configuration" --verbosity quiet --nologo -terminalLogger:off -consoleLoggerParameters:NoSummary
}

eng/prerequisites.sh test
if [ $# -eq 0 ]; then
  set -- $(find tests -mindepth 2 -maxdepth 2 -name '*Tests.csproj' -printf '%f\n' | sed 's/\.csproj$//' | sort)
  build || failed=1
else
  for project in "$@"; do
    build "tests/$project/$project.csproj" || failed=1
  done
fi
if [ "$failed" -ne 0 ]; then
  echo 'The build failed.'
  summary
  exit 1
fi

# CI runs the worker that ships, compiled ahead of time and published once for all projects, wherever it is tested as a process on its own.
native=
if [ "${CI:-}" = true ] && [ -z "${WORKER_EXECUTABLE:-}" ]; then
  case " $* " in
    *' Containers.Tests '* | *' Deployment.Tests '* | *'.IntegrationTests '*) native=$(eng/native.sh) || { failed=1; echo 'The native executable cannot be published.'; } ;;
  esac
fi

# Other engines than this machine's redis-server, for the tests that take all; one that cannot be had is skipped.
case " $* " in *' PersistentCacheService.Tests '* | *'.FaultTests '*) eng/engines.sh ;; esac

count() { # count NAME FILE: the number an attribute of the result file's counters holds
  sed -n "s/.*<Counters [^>]*\\b$1=\"\\([0-9]*\\)\".*/\\1/p" "$2"
}

run() {
  local name=$1 trx="$results/$1.trx" started=$SECONDS
  echo "== $name"
  local environment=()
  case $name in Containers.Tests | Deployment.Tests | *.IntegrationTests) [ -z "$native" ] || environment=("WORKER_EXECUTABLE=$native") ;; esac
  # Ten minutes without a finished test is a hang: the test is named and the run goes on.
  env "${environment[@]}" dotnet test "tests/$name/bin/$configuration/net10.0/$name.dll" --nologo --blame-hang-timeout 10m --blame-hang-dump-type none \
    --logger "trx;LogFileName=$name.trx" --logger 'console;verbosity=minimal' --results-directory "$results" </dev/null || true
  if [ ! -s "$trx" ] || [ -z "$(count total "$trx")" ]; then
    failed=$((failed + 1))
    echo "   $name ended without a result"
    return
  fi
  local total executed ok
  total=$(count total "$trx") executed=$(count executed "$trx") ok=$(count passed "$trx")
  passed=$((passed + ok))
  failed=$((failed + executed - ok))
  skipped=$((skipped + total - executed))
  # A host that crashed has reported what it got to; that is no success, whatever the counters say.
  if grep -q '<ResultSummary outcome="Failed"' "$trx" && [ "$executed" -eq "$ok" ]; then
    failed=$((failed + 1))
    echo "   $name was aborted"
  fi
  echo "   $ok passed, $((executed - ok)) failed, $((total - executed)) skipped in $((SECONDS - started)) s"
  grep -A8 'outcome="NotExecuted"' "$trx" | sed -n 's:.*<Message>\(.*\)</Message>.*:\1:p' | sort | uniq -c | sed 's/^ *\([0-9]*\)/   \1 skipped:/' || true
}

for project in "$@"; do
  run "$project"
done

if [ "$failed" -ne 0 ]; then
  echo '== Failed'
  for project in "$@"; do
    eng/failed-tests.sh "$project" "$results/$project.trx"
  done
fi
summary
[ "$failed" -eq 0 ]
