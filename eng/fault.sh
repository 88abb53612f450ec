#!/usr/bin/env bash
# Builds and runs the fault tests whose name contains NAME, in full length, and prints what they measured.
#   eng/fault.sh NAME
set -euo pipefail
. "$(dirname "$0")/environment.sh"

name=${1:?give a part of the name of a test: make fault NAME=Redis_is_frozen}
project=PersistentCacheService.FaultTests
eng/prerequisites.sh test
dotnet build "tests/$project/$project.csproj" --configuration "$configuration" --verbosity quiet --nologo -terminalLogger:off -consoleLoggerParameters:NoSummary
FAULTS=full dotnet test "tests/$project/bin/$configuration/net10.0/$project.dll" --nologo --filter "FullyQualifiedName~$name" --logger 'console;verbosity=normal'
