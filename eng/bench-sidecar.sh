#!/usr/bin/env bash
# Publishes the Sidecar as for its image and measures it: 64 metered checks in flight, the Sidecar on a core of its own, its load and Redis on the others.
# In the same run, from the same Redis, the peer: a Node server that answers with Stigg's SDK 3.95.0 (needs node and npm). Prints the tables; without
# SECONDS and with the Sidecar of these sources it also writes them into docs/performance.md.
#   eng/bench-sidecar.sh [SECONDS]
#   SIDECAR=FILE    measures another build
set -euo pipefail
. "$(dirname "$0")/environment.sh"

out=artifacts/bench
if [ "$(nproc)" -lt 2 ]; then
  echo 'The benchmark needs two cores: one for the Sidecar alone.' >&2
  exit 69
fi
eng/prerequisites.sh bench
publish() { dotnet publish "$1" --artifacts-path "$out/build" -o "$out/$2" -p:RunAnalyzers=false --verbosity quiet --nologo -terminalLogger:off "${@:3}"; }
if [ -z "${SIDECAR:-}" ]; then
  eng/prerequisites.sh native
  publish src/Sidecar sidecar -r linux-x64 -p:PublishProfile=Image
fi
publish bench/SidecarLoad sidecar-load --configuration Release
report=$out/sidecar.md
taskset -c 1-"$(($(nproc) - 1))" "$out/sidecar-load/sidecar-load" "${SIDECAR:-$PWD/$out/sidecar/stigg-sidecar}" 0 "$@" >"$report"
cat "$report"
[ $# -eq 0 ] && [ -z "${SIDECAR:-}" ] || exit 0

page=docs/performance.md
{
  echo "$(date -u '+%Y-%m-%d %H:%M') UTC, commit $(git rev-parse --short=10 HEAD), \`eng/bench-sidecar.sh\`: Sidecar or Node server on core 0, load and Redis on the others of" \
    "$(nproc) cores of $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1), $(redis-server --version | sed 's/.*v=\([0-9.]*\).*/Redis \1/'), Node.js $(node --version)."
  echo
  cat "$report"
} >"$report.new"
awk -v report="$report.new" '
  /<!-- end of sidecar -->/ { inside = 0 }
  !inside { print }
  /<!-- sidecar: written by/ { inside = 1; while ((getline line < report) > 0) print line }
' "$page" >"$report.page"
mv "$report.page" "$page"
