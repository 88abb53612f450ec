#!/usr/bin/env bash
# Gets the engines that the worker is tested on, each with the libraries of its own Debian release, into the user's cache; nothing is installed.
# Prints a line for each of them, NAME VERSION PROGRAM with tabs between, keeps these lines in artifacts/engines.tsv, where the tests look for them,
# and says of each other one why it is missing.
set -uo pipefail
. "$(dirname "$0")/environment.sh"

cache=${XDG_CACHE_HOME:-$HOME/.cache}/persistent-cache-service/engines
list=$PWD/artifacts/engines.tsv
mkdir -p "$cache" "$(dirname "$list")"
offline=
exec 9>"$cache/lock"
flock 9
: >"$list.new"

have() { # have NAME VERSION PROGRAM
  printf '%s\t%s\t%s\n' "$1" "$2" "$3" | tee -a "$list.new"
}

missing() { # missing NAME WHY
  echo "$1 is missing: $2" >&2
}

version_of() { # version_of PROGRAM: as it tells it
  "$1" --version 2>/dev/null | sed -n 's/.*v=\([0-9.]*\).*/\1/p'
}

# The mirror that this machine's own packages come from has the other releases too.
mirror() {
  . /etc/os-release
  apt-get indextargets --format '$(CODENAME) $(SITE)' 'Created-By: Packages' 2>/dev/null | awk -v release="${VERSION_CODENAME:-}" '$1 == release { print $2; exit }'
}

# apt with lists of its own, for one release: what the machine has installed plays no part.
apt() { # apt RELEASE PROGRAM ARGUMENT ...
  local release=$1 program=$2 at=$cache/apt/$1
  shift 2
  # Root leaves the downloads to apt's own user; others cannot become that user.
  local sandbox=()
  [ "$(id -u)" = 0 ] || sandbox=(-o APT::Sandbox::User=)
  LC_ALL=C "$program" "${sandbox[@]}" -o Dir::Etc::sourcelist="$at/sources" -o Dir::Etc::sourceparts=- -o Dir::State::lists="$at/lists" -o Dir::Cache="$at/cache" -o Dir::State::status=/dev/null \
    -o APT::Update::Error-Mode=any -o Acquire::Languages=none -o Acquire::IndexTargets::deb::DEP-11::DefaultEnabled=false -o Acquire::Retries=1 -o Acquire::http::Timeout=15 "$@"
}

# update RELEASE: what the mirror has of it. A release that the mirror does not have, or that cannot be verified, says nothing about the others.
update() {
  local said
  said=$(apt "$1" apt-get -qq update 2>&1) && return
  echo "$said"
  ! grep -qE 'Could not (connect|resolve)|Cannot initiate the connection|Temporary failure resolving|Unable to connect|[Cc]onnection (failed|timed out)|Network is unreachable' <<<"$said" \
    || offline='the mirror was not reached for another release'
  return 1
}

# unpack RELEASE PACKAGE DIRECTORY: the package and all libraries it needs
unpack() {
  local release=$1 package=$2 at=$cache/apt/$1 into=$3 packages
  mkdir -p "$at/lists/partial" "$at/cache/archives/partial" "$at/packages"
  echo "deb $site $release main" >"$at/sources"
  # One such failure is enough: without a network each release would take its time to tell the same.
  [ -z "$offline" ] || { echo "$offline"; return 1; }
  [ -e "$at/updated" ] || update "$release" || return 1
  touch "$at/updated"
  packages=$(apt "$release" apt-cache depends --recurse --no-recommends --no-suggests --no-conflicts --no-breaks --no-replaces --no-enhances "$package" | grep -E '^(lib|lua)[^ :]*$' | sort -u)
  (cd "$at/packages" && apt "$release" apt-get -qq download $package $packages) || return 1
  mkdir -p "$into"
  for package in $package $packages; do
    dpkg-deb -x "$(ls "$at/packages/${package}_"*.deb | head -1)" "$into" || return 1
  done
}

# debian NAME RELEASE PACKAGE BINARY
debian() {
  local name=$1 release=$2 package=$3 binary=$4 at=$cache/$1
  local program=$at/server
  if [ ! -x "$program" ]; then
    command -v apt-get >/dev/null && command -v dpkg-deb >/dev/null || { missing "$name" 'it comes from Debian, and this machine has no apt'; return; }
    site=${site:-$(mirror)}
    [ -n "$site" ] || { missing "$name" "this machine's apt names no mirror of Debian"; return; }
    rm -rf "$at"
    unpack "$release" "$package" "$at/root" >"$cache/$name.log" 2>&1 || { missing "$name" "$package of Debian $release cannot be had: $(grep -m1 "^E:" "$cache/$name.log" || tail -1 "$cache/$name.log")"; return; }
    mkdir "$at/bin"
    # The server is the program that is called redis-server, or valkey-server; the package calls it by another of its names.
    cp "$at/root/usr/bin/$binary" "$at/bin/${package%-tools}-server" || { missing "$name" "$package of Debian $release has no $binary"; return; }
    local loader
    loader=$(find "$at/root" -name 'ld-linux-*.so.*' -path '*lib*' | head -1)
    # Debian's loader is of the same release as its libraries; this machine's may be older.
    printf '#!/bin/sh\nexec %s --library-path %s %s "$@"\n' "'$loader'" "'$at/root/lib/$(uname -m)-linux-gnu:$at/root/usr/lib/$(uname -m)-linux-gnu'" "'$at/bin/${package%-tools}-server'" >"$at/try"
    chmod +x "$at/try"
    [ -n "$(version_of "$at/try")" ] || { missing "$name" "it does not run here: $("$at/try" --version 2>&1 | head -1)"; return; }
    mv "$at/try" "$program"
  fi
  have "$name" "$(version_of "$program")" "$program"
}

debian redis-6 bullseye redis-tools redis-check-rdb
if command -v redis-server >/dev/null && [[ $(version_of redis-server) == 7.* ]]; then
  have redis-7 "$(version_of redis-server)" "$(command -v redis-server)"
else
  debian redis-7 bookworm redis-tools redis-check-rdb
fi
debian redis-8 trixie redis-tools redis-check-rdb
debian valkey-8 trixie valkey-tools valkey-check-rdb
debian valkey-9 forky valkey-tools valkey-check-rdb
rm -rf "$cache/apt"

garnet=$PWD/tests/TestKit.Garnet/bin/$configuration/net10.0/TestKit.Garnet
if [ -x "$garnet" ]; then
  have garnet "$("$garnet" --version)" "$garnet"
else
  missing garnet 'its project is not built: tests/TestKit.Garnet'
fi
mv "$list.new" "$list"
