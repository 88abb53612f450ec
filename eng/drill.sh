#!/usr/bin/env bash
# Plays five accidents on real processes with Prometheus and the alerts as they are, and writes docs/operations-drill.md. Takes a quarter of an hour.
#   eng/drill.sh [ACCIDENT ...]    only these, printed instead of written, e.g. eng/drill.sh redis-down
set -euo pipefail
. "$(dirname "$0")/environment.sh"

eng/prerequisites.sh test
echo 'Building ...'
dotnet build tests/OperationsDrill --configuration "$configuration" --verbosity quiet --nologo -terminalLogger:off -consoleLoggerParameters:NoSummary
exec "tests/OperationsDrill/bin/$configuration/net10.0/operations-drill" "$@"
