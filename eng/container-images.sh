#!/usr/bin/env bash
# Makes the images of the container tests where no registry is reached, for the Docker daemon at DOCKER_HOST: this machine's redis-server (and
# valkey-server, if it has one) and the SQS emulator on LocalStack's port. Prints their names, one a line.
set -euo pipefail
. "$(dirname "$0")/environment.sh"

root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT

pack() { # pack FILE ...: the libraries these need, beside what is in $root already
  chmod 755 "$root"
  install -d -m 1777 "$root/tmp"
  local libraries
  libraries=$(ldd "$@" 2>/dev/null | awk -v root="$root" '{ for (i = 1; i <= NF; i++) if ($i ~ /^\// && $i !~ /:$/ && index($i, root) != 1) print $i }' | sort -u)
  cp -L --parents $libraries "$root"
}

import() { # import IMAGE CHANGE ...
  local image=$1 changes=(--change 'LABEL local-stand-in=true' --change 'ENV PATH=/bin')
  for change in "${@:2}"; do changes+=(--change "$change"); done
  tar -C "$root" --numeric-owner --owner=0 --group=0 -c . | docker import "${changes[@]}" - "$image" >/dev/null
  echo "$image"
  rm -rf "${root:?}"/*
}

for engine in redis valkey; do
  command -v $engine-server >/dev/null || continue
  programs=()
  for program in "$engine-server" "$engine-cli"; do
    install -D "$(readlink -f "$(command -v "$program")")" "$root/bin/$program"
    programs+=("$root/bin/$program")
  done
  # The tests ask with redis-cli, whatever the engine.
  [ -e "$root/bin/redis-cli" ] || ln -s "$engine-cli" "$root/bin/redis-cli"
  pack "${programs[@]}"
  import "local/$engine:latest" 'EXPOSE 6379' "CMD [\"/bin/$engine-server\", \"--protected-mode\", \"no\", \"--save\", \"\"]"
done

dotnet publish src/LocalSqs --configuration Release --runtime linux-x64 --self-contained --artifacts-path artifacts/container-images/build \
  --output artifacts/container-images/local-sqs -p:RunAnalyzers=false -p:RestoreLockedMode=false -p:NuGetLockFilePath="$PWD/artifacts/container-images/packages.lock.json" \
  --verbosity quiet --nologo -terminalLogger:off >&2
mkdir -p "$root/app"
cp -r artifacts/container-images/local-sqs/. "$root/app"
pack "$root/app/local-sqs" "$root"/app/*.so
import "local/local-sqs:4.7" 'EXPOSE 4566' 'ENV DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1' 'ENTRYPOINT ["/app/local-sqs", "--host", "*"]'
