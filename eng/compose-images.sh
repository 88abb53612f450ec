#!/usr/bin/env bash
# Gets the images of others that compose.yaml names, for the Docker daemon at DOCKER_HOST. Where no registry is reached, small stand-ins of
# the same names are made of this machine's redis-server, openssl and prometheus; Grafana has none, and its name goes to standard error.
set -euo pipefail
cd "$(dirname "$0")/.."
. eng/stand-ins.sh

stand_in() {
  case $1 in
    alpine/openssl:*)
      pack sh chmod rm openssl
      mkdir -p "$root/usr/lib/ssl"
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

for image in $(sed -n 's/^ *image: //p' compose.yaml | grep -v ':compose$'); do
  published "$image" || stand_in "$image" || echo "$image cannot be pulled, and there is no stand-in for it." >&2
done
