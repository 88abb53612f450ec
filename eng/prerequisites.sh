#!/usr/bin/env bash
# Installs with apt what the demo and the tests need and this machine lacks. Says nothing and does nothing when all is there.
#   eng/prerequisites.sh demo    redis-server
#   eng/prerequisites.sh native  clang and zlib, which link a native executable
#   eng/prerequisites.sh test    both, and curl, prometheus for its promtool, chromium for the status page and Python's gRPC for a client of the Sidecar; what the stand-ins in ../shared/tools need, if they are there
#   eng/prerequisites.sh image   what building the image needs where no registry is reached
# Node.js is not installed: tests against npm packages run where it is present.
set -euo pipefail

declare -A package_of=([clang]=clang [curl]=curl [redis-server]=redis-server [redis-cli]=redis-tools [promtool]=prometheus [chromium]='chromium fonts-dejavu-core' [dockerd]=docker.io [docker-compose]=docker-compose [debootstrap]=debootstrap)
case "${1:-test}" in
  demo) programs=(redis-server redis-cli) ;;
  native) programs=(clang) ;;
  test) programs=(redis-server redis-cli promtool curl clang chromium) ;;
  image) programs=(dockerd debootstrap) ;;
  *) echo "usage: $0 [demo|native|test|image]" >&2; exit 64 ;;
esac

packages=()
if [ "${1:-test}" = test ]; then
  stand_ins=$(dirname "$0")/../../shared/tools
  if [ -d "$stand_ins/helm" ] && ! command -v helm >/dev/null && [ ! -d /usr/share/gocode/src/github.com/Masterminds/sprig ]; then
    packages+=(golang-go golang-github-masterminds-sprig-dev golang-k8s-sigs-yaml-dev golang-github-xeipuuv-gojsonschema-dev golang-github-burntsushi-toml-dev)
  fi
  # The image and compose.yaml are tested in CI only: that takes minutes. The container tests have their daemon from there, too.
  if [ -d "$stand_ins/local-base-images" ] && [ "${CI:-}" = true ]; then
    programs+=(dockerd debootstrap)
    docker compose version >/dev/null 2>&1 || programs+=(docker-compose)
  fi
fi
[ "${1:-test}" != test ] || /usr/bin/python3 -c 'import grpc, google.protobuf' 2>/dev/null || packages+=(python3-grpcio python3-protobuf)
case " ${programs[*]} " in
  *' clang '*) [ -e /usr/include/zlib.h ] || packages+=(zlib1g-dev) ;;
esac
for program in "${programs[@]}"; do
  command -v "$program" >/dev/null || packages+=(${package_of[$program]})
done
[ ${#packages[@]} -gt 0 ] || exit 0

give_up() {
  echo "Missing: ${packages[*]}. $1" >&2
  [ "${CI:-}" != true ] || exit 1
  exit 0 # The tests that need them say so and are skipped; the demo stops with the same words.
}

command -v apt-get >/dev/null || give_up 'There is no apt-get here: install them in your own way.'
as_root=()
if [ "$(id -u)" -ne 0 ]; then
  sudo --non-interactive true 2>/dev/null || give_up "Run: sudo apt-get install --no-install-recommends ${packages[*]}"
  as_root=(sudo --non-interactive)
fi

# Two of them come with a system service. It is neither started (policy-rc.d, see invoke-rc.d(8)) nor left enabled: ours are private processes.
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
  printf '#!/bin/sh\nexit 101\n' | "${as_root[@]}" tee "$policy" >/dev/null
  "${as_root[@]}" chmod 755 "$policy"
  trap '"${as_root[@]}" rm -f "$policy"' EXIT
fi

echo "Installing ${packages[*]} with apt ..."
log=$(mktemp)
apt() { "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=300 "$@" </dev/null >>"$log" 2>&1; }
if ! { apt update && apt install --yes --no-install-recommends "${packages[@]}"; }; then
  tail -n 20 "$log" >&2
  give_up "apt could not install them; its whole log: $log"
fi
rm -f "$log"

if [ -d /run/systemd/system ]; then
  for package in "${packages[@]}"; do
    "${as_root[@]}" systemctl disable --quiet "$package" 2>/dev/null || true # Most have no service.
  done
fi
