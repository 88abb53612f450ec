#!/usr/bin/env bash
# Gets the images of others that compose.yaml names, for the Docker daemon at DOCKER_HOST. Where no registry is reached, small stand-ins of
# the same names are made of this machine's redis-server, openssl and prometheus; Grafana has none, and its name goes to standard error.
set -euo pipefail
cd "$(dirname "$0")/.."

root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT

pack() { # pack PROGRAM ...: them and the libraries they need, alone in $root
  rm -rf "$root"
  mkdir -p "$root/etc" "$root/usr/lib/ssl" "$root/tmp"
  chmod 755 "$root"
  chmod 1777 "$root/tmp"
  printf 'root:x:0:0::/:/bin/sh\n' >"$root/etc/passwd"
  for program in "$@"; do
    install -D "$(readlink -f "$(command -v "$program")")" "$root/bin/$program"
    libraries=$(ldd "$root/bin/$program" 2>/dev/null | grep -o '/[^ ]*' || true) # none: linked statically
    [ -z "$libraries" ] || cp -L --parents $libraries "$root"
  done
}

import() { # import IMAGE CHANGE ...: with what the published image declares, see "docker import"
  local image=$1 changes=(--change 'LABEL local-stand-in=true' --change 'ENV PATH=/bin')
  for change in "${@:2}"; do
    changes+=(--change "$change")
  done
  tar -C "$root" --numeric-owner --owner=0 --group=0 -c . | docker import "${changes[@]}" - "$image" >/dev/null
}

stand_in() {
  case $1 in
    alpine/openssl:*)
      pack sh chmod rm openssl
      cp -L /etc/ssl/openssl.cnf "$root/usr/lib/ssl/"
      import "$1" 'ENTRYPOINT ["/bin/openssl"]'
      ;;
    redis:*)
      pack redis-server redis-cli
      import "$1" 'USER 999:1000' 'CMD ["/bin/redis-server"]' # The published one starts as root and becomes this user.
      ;;
    prom/prometheus:*)
      pack prometheus
      install -d -m 777 "$root/prometheus" # a new volume takes the mode over
      import "$1" 'USER 65534:65534' 'WORKDIR /prometheus' 'VOLUME /prometheus' 'ENTRYPOINT ["/bin/prometheus"]'
      ;;
    *) return 1 ;;
  esac
}

registry=reached
for image in $(sed -n 's/^ *image: //p' compose.yaml | grep -v ':compose$'); do
  docker image inspect "$image" >/dev/null 2>&1 && continue
  if [ $registry = reached ] && timeout 120 docker pull --quiet "$image" >/dev/null 2>&1; then
    continue
  fi
  registry=missed
  stand_in "$image" || echo "$image cannot be pulled, and there is no stand-in for it." >&2
done
