# Sourced by the scripts that need images of others: takes the published one, or says that it cannot be had and makes a stand-in of this
# machine's programs. Works with the Docker daemon at DOCKER_HOST.
root=$(mktemp -d) # of the stand-in that is being made
trap 'rm -rf "$root"' EXIT
registry=reached # until the first pull that fails

published() { # published IMAGE: whether the image itself is here, or can be pulled
  if docker image inspect "$1" >/dev/null 2>&1; then
    # Not a stand-in of an earlier run?
    [ "$(docker image inspect --format '{{index .Config.Labels "local-stand-in"}}' "$1")" != true ] && return 0
  fi
  [ $registry = reached ] || return 1
  timeout 300 docker pull --quiet "$1" >/dev/null 2>&1 || { registry=missed; return 1; }
}

clear_root() {
  rm -rf "$root"
  mkdir -p "$root/etc" "$root/bin" "$root/tmp"
  chmod 755 "$root"
  chmod 1777 "$root/tmp"
  printf 'root:x:0:0::/:/bin/sh\n' >"$root/etc/passwd"
}

add_libraries() { # add_libraries FILE ...: what these files in $root are linked with
  local libraries
  libraries=$(ldd "$@" 2>/dev/null | grep -o '/[^ ]*' | grep -v ":$\|^$root" | sort -u || true) # none: linked statically
  [ -z "$libraries" ] || cp -L --parents $libraries "$root"
}

pack() { # pack PROGRAM ...: them and the libraries they need, alone in $root
  clear_root
  for program in "$@"; do
    install -D "$(readlink -f "$(command -v "$program")")" "$root/bin/$program"
    add_libraries "$root/bin/$program"
  done
}

import() { # import IMAGE CHANGE ...: with what the published image declares, see "docker import"
  local image=$1 changes=(--change 'LABEL local-stand-in=true' --change 'ENV PATH=/bin')
  for change in "${@:2}"; do
    changes+=(--change "$change")
  done
  tar -C "$root" --numeric-owner --owner=0 --group=0 -c . | docker import "${changes[@]}" - "$image" >/dev/null
}
