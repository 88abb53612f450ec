# Sourced by the scripts of this directory: from the repository's root, quiet tools, nothing left running that would hold a pipe open.
cd "$(dirname "${BASH_SOURCE[0]}")/.."
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_GENERATE_ASPNET_CERTIFICATE=false MSBUILDDISABLENODEREUSE=1
# Our programs are culture-invariant and need no ICU; without this the SDK's own tools do.
case $(PATH=$PATH:/usr/sbin:/sbin ldconfig -p 2>/dev/null) in
  *libicuuc*) ;;
  *) export DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1 ;;
esac
configuration=${CONFIGURATION:-Release}

if ! command -v dotnet >/dev/null; then
  echo 'The .NET 10 SDK is missing: https://dot.net' >&2
  exit 69
fi

# Programs built here start by their own names and look for the runtime in its usual places only; the SDK may be elsewhere.
export DOTNET_ROOT=${DOTNET_ROOT:-$(dirname "$(readlink -f "$(command -v dotnet)")")}
