#!/usr/bin/env bash
# Publishes the worker as its image has it, compiled ahead of time, and prints the path of the executable. A minute or two, seconds when nothing has
# changed. Tests, CI and the benchmark share it.
set -euo pipefail
. "$(dirname "$0")/environment.sh"

eng/prerequisites.sh native >&2
case $(uname -m) in
  x86_64) runtime=linux-x64 ;;
  aarch64) runtime=linux-arm64 ;;
  *) echo "No native executable for $(uname -m)." >&2; exit 69 ;;
esac
out=$PWD/artifacts/published
# Its own folder for what is built on the way: the worker's other build goes on undisturbed.
dotnet publish src/PersistentCacheService --runtime "$runtime" -p:PublishProfile=Image -p:RunAnalyzers=false \
  --artifacts-path "$out/build" --output "$out/worker" --nologo --verbosity quiet -terminalLogger:off >&2
echo "$out/worker/persistent-cache-service"
