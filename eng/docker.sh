#!/usr/bin/env bash
# A Docker daemon for building and testing the image: the one at hand, else a private one (root and dockerd needed).
#   eng/docker.sh find      as start, but starts none
#   eng/docker.sh start     prints DOCKER_HOST's value (empty: the default one) or says on standard error why there is none, exit 69
#   eng/docker.sh stop      ends the private daemon and takes its bridge and packet filter rules away; its images stay for the next time
set -euo pipefail

home=${XDG_CACHE_HOME:-$HOME/.cache}/persistent-cache-service/docker
socket=unix://$home/docker.sock
before=$home/before # The host's forwarding before the private daemon changed it; none: there was a docker0 already, maybe of another daemon.

unavailable() { # exit code EX_UNAVAILABLE of sysexits.h
  echo "No Docker daemon: $1" >&2
  exit 69
}

remember() {
  rm -f "$before"
  [ -e /sys/class/net/docker0 ] || { iptables -S FORWARD | head -n 1; cat /proc/sys/net/ipv4/ip_forward; } >"$before" 2>/dev/null || rm -f "$before"
}

tidy() { # what dockerd does not when it ends
  umount "$home"/exec/netns/* 2>/dev/null || true
  [ -s "$before" ] || return 0
  { read -r policy; read -r forwarding; } <"$before"
  rm -f "$before"
  ip link delete docker0 2>/dev/null || true
  for table in filter nat; do
    iptables -t $table -S | sed -n '/DOCKER\|docker0/s/^-A/-D/p' | while read -r rule; do iptables -t $table $rule; done
    iptables -t $table -S | sed -n 's/^-N DOCKER/-X DOCKER/p' | while read -r chain; do iptables -t $table $chain; done
  done
  iptables $policy
  echo "$forwarding" >/proc/sys/net/ipv4/ip_forward
}

case "${1:-}" in
  find | start)
    command -v docker >/dev/null || unavailable 'docker is not installed.'
    if docker info >/dev/null 2>&1; then
      echo "${DOCKER_HOST:-}"
      exit 0
    fi
    if docker --host "$socket" info >/dev/null 2>&1; then
      echo "$socket"
      exit 0
    fi
    [ "$1" = start ] || unavailable 'none answers.'
    [ "$(id -u)" -eq 0 ] || unavailable 'none answers, and only root can start one.'
    command -v dockerd >/dev/null || unavailable 'none answers, and dockerd is not installed.'
    mkdir -p "$home"
    remember
    setsid dockerd --data-root "$home/data" --exec-root "$home/exec" --pidfile "$home/pid" --host "$socket" >"$home/log" 2>&1 </dev/null &
    daemon=$!
    for _ in $(seq 60); do
      if docker --host "$socket" info >/dev/null 2>&1; then
        echo "$socket"
        exit 0
      fi
      kill -0 "$daemon" 2>/dev/null || break
      sleep 0.5
    done
    kill "$daemon" 2>/dev/null || true
    tidy
    unavailable "dockerd does not start here: $(tail -n 1 "$home/log")"
    ;;
  stop)
    if [ -s "$home/pid" ]; then
      pid=$(cat "$home/pid")
      kill "$pid" 2>/dev/null || true
      for _ in $(seq 60); do
        kill -0 "$pid" 2>/dev/null || break
        sleep 0.5
      done
    fi
    tidy
    ;;
  *)
    echo "usage: $0 find|start|stop" >&2
    exit 64
    ;;
esac
