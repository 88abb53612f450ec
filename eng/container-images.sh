#!/usr/bin/env bash
# Gets the images of the container tests for the Docker daemon at DOCKER_HOST: the published ones, or where no registry is reached stand-ins
# of this machine's redis-server and valkey-server and of the SQS emulator, as it was built last. On standard output comes a line
# "redis IMAGE", "queue IMAGE" or "reaper IMAGE" for each that can be used, on standard error one for each that is replaced or left out.
#   eng/container-images.sh REAPER    the image that Testcontainers wants for its clean-up
set -euo pipefail
. "$(dirname "$0")/environment.sh"
. eng/stand-ins.sh

version() { # version PROGRAM: of a Redis server, e.g. "Redis server v=7.0.15 sha=..."
  "$1" --version | sed 's/.* v=\([0-9.]*\).*/\1/'
}

redis_stand_in() { # redis_stand_in ENGINE: prints its name
  local image
  image=local/$1:$(version "$1-server")
  pack "$1-server"
  import "$image" 'EXPOSE 6379' "CMD [\"/bin/$1-server\", \"--protected-mode\", \"no\"]"
  echo "$image"
}

queue_stand_in() { # the emulator with this machine's .NET: nothing is compiled. The tag is LocalStack's: Testcontainers looks at it
  local runtime=$DOTNET_ROOT inside=/usr/share/dotnet name version
  clear_root
  mkdir -p "$root$inside" "$root/app"
  cp -L "$runtime/dotnet" "$root$inside/"
  cp -rL --parents "$runtime/host" "$root" 2>/dev/null
  [ "$runtime" = "$inside" ] || mv "$root$runtime/host" "$root$inside/host"
  for name in Microsoft.NETCore.App Microsoft.AspNetCore.App; do
    version=$(dotnet --list-runtimes | sed -n "s/^$name \(10\.[0-9.]*\) .*/\1/p" | sort -V | tail -n 1)
    mkdir -p "$root$inside/shared/$name"
    cp -rL "$runtime/shared/$name/$version" "$root$inside/shared/$name/"
  done
  cp -r "src/LocalSqs/bin/$configuration/net10.0/." "$root/app"
  # OpenSSL, which the digests need, is loaded by name.
  cp -L --parents $(PATH=$PATH:/usr/sbin:/sbin ldconfig -p | sed -n 's/.*lib\(ssl\|crypto\)\.so\.3 (.*x86-64.*) => //p') "$root"
  add_libraries "$root$inside/dotnet" $(find "$root$inside" -name '*.so') "$root"/usr/lib/*/lib{ssl,crypto}.so.3
  import local/local-sqs:4.14.0 'EXPOSE 4566' 'ENV DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1' 'ENV DOTNET_EnableDiagnostics=0' \
    "ENTRYPOINT [\"$inside/dotnet\", \"/app/local-sqs.dll\", \"--host\", \"*\"]"
  echo local/local-sqs:4.14.0
}

for engine in redis valkey; do
  case $engine in
    redis) wanted=(redis:6.2 redis:7.4 redis:8) ;;
    valkey) wanted=(valkey/valkey:8) ;;
  esac
  missing=()
  for image in "${wanted[@]}"; do
    if published "$image"; then echo "redis $image"; else missing+=("$image"); fi
  done
  if [ ${#missing[@]} -eq 0 ]; then
    continue
  elif command -v $engine-server >/dev/null; then
    image=$(redis_stand_in $engine)
    echo "redis $image"
    echo "${missing[*]}: cannot be pulled; $image, made of this machine's $engine-server, stands in" >&2
  else
    echo "${missing[*]}: cannot be pulled, and there is no $engine-server here to stand in; left out" >&2
  fi
done

queue=localstack/localstack:4.14.0 # The last that wants no account.
if published $queue; then
  echo "queue $queue"
else
  image=$(queue_stand_in)
  echo "queue $image"
  echo "$queue: cannot be pulled; $image, made of src/LocalSqs, stands in on the same port" >&2
fi

if published "$1"; then
  echo "reaper $1"
else
  echo "$1: cannot be pulled; the tests remove their containers themselves" >&2
fi
