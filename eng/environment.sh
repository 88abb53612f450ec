# Sourced by the scripts of this directory: from the repository's root, quiet tools, nothing left running that would hold a pipe open.
cd "$(dirname "${BASH_SOURCE[0]}")/.."
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_GENERATE_ASPNET_CERTIFICATE=false MSBUILDDISABLENODEREUSE=1
# Our programs are culture-invariant; the SDK's own tools need no ICU then either.
export DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=${DOTNET_SYSTEM_GLOBALIZATION_INVARIANT:-1}
configuration=${CONFIGURATION:-Release}

if ! command -v dotnet >/dev/null; then
  echo 'The .NET 10 SDK is missing: https://dot.net' >&2
  exit 69
fi
