#!/usr/bin/env bash
# Draws docs/images/dashboard.svg: the dashboard's own queries, asked of a real Prometheus after six minutes of load and accidents.
#   eng/picture.sh --draw    the last recording once more, e.g. after a change of the drawing
#   eng/picture.sh --page    docs/images/status-*.png instead: the worker's own page in Chromium, after the same six minutes
set -euo pipefail
. "$(dirname "$0")/environment.sh"

eng/prerequisites.sh test
echo 'Building ...'
dotnet build tests/DashboardPicture --configuration "$configuration" --verbosity quiet --nologo -terminalLogger:off -consoleLoggerParameters:NoSummary
exec "tests/DashboardPicture/bin/$configuration/net10.0/dashboard-picture" "$@"
