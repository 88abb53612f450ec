#!/bin/sh
# Brings what the Helm chart holds in copy up to date: the README's table of values (from the "# --" comments of
# values.yaml), the alert rules and the dashboard (from deploy/, as a chart can read its own folder only).
#   eng/chart.sh           writes
#   eng/chart.sh --check   writes nothing, prints what differs, exits 1 if anything does
set -eu
cd "$(dirname "$0")/.."
chart=helm/persistent-cache-service
check=; [ "${1:-}" != --check ] || check=1
differs=0

# put FILE: standard input becomes FILE, or is compared with it.
put() {
  if [ -z "$check" ]; then
    mkdir -p "$(dirname "$1")"
    cat >"$1.new"
    mv "$1.new" "$1"
  elif ! diff -u "$1" - >&2; then
    echo "$1 is out of date: run eng/chart.sh" >&2
    differs=1
  fi
}

# One row a value that has a "# --" comment: its path by indentation, its default (nested ones as JSON-like text), the comment.
values_table() {
  echo '| value | default | meaning |'
  echo '|---|---|---|'
  awk '
    function flush() {
      if (path != "" && text != "") printf "| `%s` | %s | %s |\n", path, shown(value), text
      path = text = value = ""
    }
    function shown(v) {
      if (v == "" ) return "see values.yaml"
      return "`" v "`"
    }
    /^[[:space:]]*# -- / { flush(); text = $0; sub(/^[[:space:]]*# -- /, "", text); gsub(/\|/, "\\|", text); next }
    /^[[:space:]]*#/ { next }
    /^[[:space:]]*$/ { flush(); next }
    /^[[:space:]]*[A-Za-z0-9_]+:/ {
      line = $0; match(line, /^ */); depth = RLENGTH / 2
      key = substr(line, RLENGTH + 1); rest = key
      sub(/:.*/, "", key); sub(/^[^:]*: ?/, "", rest)
      if (path != "") { if (depth > documented) next; flush() }      # deeper: inside the default of a documented value
      names[depth] = key
      if (text == "") next
      path = names[0]
      for (i = 1; i <= depth; i++) path = path "." names[i]
      value = rest; documented = depth
      next
    }
    END { flush() }
  ' "$chart/values.yaml"
}

values_table | awk -v template="$chart/README.md.in" '
  { table = table $0 "\n" }
  END {
    while ((getline line < template) > 0)
      if (line == "@values@") printf "%s", table; else print line
  }' | put "$chart/README.md"

for copy in deploy/prometheus/rules.yaml deploy/prometheus/sidecar-rules.yaml deploy/grafana/persistent-cache.json; do
  [ ! -e "$copy" ] || put "$chart/files/$(basename "$copy")" <"$copy"
done
exit $differs
