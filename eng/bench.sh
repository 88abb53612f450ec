#!/usr/bin/env bash
# Publishes the service as for its image, the same of commit de40b2a, the emulator and the benchmark into artifacts/bench, installs the peer where
# Node.js and ../shared/peers are present, and runs the end-to-end benchmark.
#   eng/bench.sh              all rows, those of the targets three times; writes docs/performance/ and the tables of docs/performance.md. About 10 minutes.
#   eng/bench.sh --runs 2     the rows of the targets twice
#   eng/bench.sh --quick      few rows, one run; writes artifacts/bench/quick/. Under 2 minutes once everything is published.
#   eng/bench.sh --help       more; with --only or --list nothing of docs/ is written
#   WORKER=FILE               measures another build of the service
set -euo pipefail
typed="eng/bench.sh${*:+ $*}"
. "$(dirname "$0")/environment.sh"

out=artifacts/bench
cores=$(nproc)
if [ "$cores" -lt 2 ]; then
  echo 'The benchmark needs two cores: one for the service alone.' >&2
  exit 69
fi

eng/prerequisites.sh demo
publish() { # publish PROJECT NAME [OPTION ...]: into artifacts/bench, with build directories of its own so that other builds stay as they are
  local project=$1 name=$2
  shift 2
  dotnet publish "$project" --artifacts-path "$out/build" -o "$out/$name" -p:RunAnalyzers=false --verbosity quiet --nologo -terminalLogger:off "$@"
}
echo 'Publishing ...'
worker=${WORKER:-$(eng/native.sh)}
publish src/LocalSqs local-sqs --configuration Release
publish bench/EndToEnd end-to-end --configuration Release

# The last commit before the official packages and the native executable, as its image had it: what this build is compared with. It does not
# change, so it is built once.
baseline=()
commit=de40b2a
if [ ! -e "$out/$commit/published" ] && git cat-file -e "$commit^{commit}" 2>/dev/null; then
  echo "Publishing commit $commit ..."
  rm -rf "${out:?}/$commit"
  mkdir -p "$out/$commit/source"
  git archive "$commit" | tar -x -C "$out/$commit/source"
  dotnet publish "$out/$commit/source/src/PersistentCacheService" -r linux-x64 -p:PublishProfile=Image -p:RunAnalyzers=false \
    --artifacts-path "$out/$commit/build" -o "$out/$commit/worker" --verbosity quiet --nologo -terminalLogger:off
  rm -rf "$out/$commit/source" "$out/$commit/build"
  touch "$out/$commit/published"
fi
[ ! -e "$out/$commit/published" ] || baseline=(--baseline "$PWD/$out/$commit/worker/persistent-cache-service")

peers=$(cd .. && pwd)/shared/peers
peer=()
if [ -d "$peers/node-reference" ] && command -v node >/dev/null && command -v npm >/dev/null; then
  # Installed in a copy: the original is not ours to write to.
  if [ ! -e "$out/peers/installed" ]; then
    echo 'Installing the peer ...'
    rm -rf "$out/peers"
    mkdir -p "$out/peers"
    cp -r "$peers/node-reference" "$peers/cache-core-stub" "$out/peers/"
    chmod -R u+w "$out/peers"
    (cd "$out/peers/node-reference" && npm install --no-audit --no-fund --loglevel=error >/dev/null)
    touch "$out/peers/installed"
  fi
  peer=(--peer "$PWD/$out/peers/node-reference/worker.js")
fi

records=(--output docs/performance --page docs/performance.md)
case " $* " in
  *' --quick '*) records=(--output "$out/quick") ;;
  *' --only '* | *' --list '*) records=(--output "$out/part") ;;
esac

# Who measures is in a hurry, too, but never with real-time priority itself: it waits for ordinary processes, which such a spinning wait would starve.
runner=(taskset -c 1)
case " $* " in *' --realtime '*) runner=(nice -n -20 taskset -c 1) ;; esac
exec "${runner[@]}" "$out/end-to-end/end-to-end" --worker "$worker" --local-sqs "$PWD/$out/local-sqs/local-sqs" \
  "${baseline[@]}" "${peer[@]}" "${records[@]}" --command "$typed" "$@"
