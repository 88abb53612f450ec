#!/usr/bin/env bash
# Builds and runs the demonstration: SQS emulator, redis-server (without it Garnet, from NuGet) and worker on free ports, a handful of messages, and what became of them.
#   KEEP=1   leaves it running and tells how to send more
set -euo pipefail
. "$(dirname "$0")/environment.sh"

eng/prerequisites.sh demo
echo 'Building ...'
dotnet build demo --configuration "$configuration" --verbosity quiet --nologo -terminalLogger:off -consoleLoggerParameters:NoSummary
exec "demo/bin/$configuration/net10.0/demo"
