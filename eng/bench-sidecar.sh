#!/usr/bin/env bash
# Publishes the Sidecar as for its image and measures it: 64 metered checks in flight, the Sidecar on a core of its own, its load and Redis on the others.
# Prints the rows of docs/sidecar.md's table; nothing is written.
#   eng/bench-sidecar.sh [SECONDS]
#   SIDECAR=FILE    measures another build
set -euo pipefail
. "$(dirname "$0")/environment.sh"

out=artifacts/bench
if [ "$(nproc)" -lt 2 ]; then
  echo 'The benchmark needs two cores: one for the Sidecar alone.' >&2
  exit 69
fi
eng/prerequisites.sh demo
publish() { dotnet publish "$1" --artifacts-path "$out/build" -o "$out/$2" -p:RunAnalyzers=false --verbosity quiet --nologo -terminalLogger:off "${@:3}"; }
if [ -z "${SIDECAR:-}" ]; then
  eng/prerequisites.sh native
  publish src/Sidecar sidecar -r linux-x64 -p:PublishProfile=Image
fi
publish bench/SidecarLoad sidecar-load --configuration Release
exec taskset -c 1-"$(($(nproc) - 1))" "$out/sidecar-load/sidecar-load" "${SIDECAR:-$PWD/$out/sidecar/stigg-sidecar}" 0 "$@"
