#!/usr/bin/env bash
# Runs the contract's vectors and the core fault tests on every engine that eng/engines.sh gets, and writes the table of docs/reliability.md from what
# they measured. Fast versions; FAULTS=full for full length.
#   eng/engine-faults.sh [NAME ...]    only these engines, e.g. valkey-8; the rest of the table is from the runs before
# Every engine that the table has must be there: else it ends with 69 and runs nothing, and the table keeps its columns.
set -euo pipefail
. "$(dirname "$0")/environment.sh"

page=docs/reliability.md
at=$PWD/artifacts/engine-faults

# The core: what the server itself does. The network before it is the same for all.
faults=(
  Redis_is_killed_and_comes_back_empty
  Redis_is_killed_and_comes_back_with_its_data
  Redis_is_killed_again_and_again
  Redis_is_frozen
  Clients_are_killed
  A_demoted_primary_refuses_writes_until_the_name_leads_to_the_new_one
  A_replica_is_promoted_at_the_same_name_after_the_primary_died
  A_replica_without_its_primary_answers_MASTERDOWN
  The_name_leads_to_a_server_in_cluster_mode
  Redis_is_out_of_memory
  Too_few_replicas_for_a_write
  Redis_cannot_save_its_data
  Somebodys_script_blocks_Redis
  Writes_are_paused
  Scripts_are_flushed_all_the_time
  The_user_may_not_write_any_more
  No_more_clients_are_accepted
)

# What an engine has not, so that the fault cannot be brought about on it.
lacking() { # lacking ENGINE FAULT
  case $1:$2 in
    redis-6:A_demoted_primary_*) echo 'no `FAILOVER`' ;;
    redis-6:Too_few_replicas_for_a_write) echo 'scripts may write' ;;
    redis-6:Writes_are_paused) echo 'no `CLIENT PAUSE .. WRITE`' ;;
    garnet:Redis_is_killed_and_comes_back_empty | garnet:Redis_is_frozen | garnet:Clients_are_killed | garnet:Scripts_are_flushed_all_the_time) ;;
    garnet:*) echo 'not tried' ;;
  esac
}

build() {
  dotnet build "tests/$1/$1.csproj" --configuration "$configuration" --verbosity quiet --nologo -terminalLogger:off -consoleLoggerParameters:NoSummary
}

run() { # run PROJECT FILTER: false when a test failed
  dotnet test "tests/$1/bin/$configuration/net10.0/$1.dll" --nologo --filter "$2" --logger 'console;verbosity=minimal' </dev/null
}

eng/prerequisites.sh test
build PersistentCacheService.Tests
build PersistentCacheService.FaultTests
build TestKit.Garnet
eng/engines.sh >/dev/null

columns() { # the engines of the table, by the names of eng/engines.sh
  sed -n '/<!-- engines:/{n;s/|/\n/g;p}' "$page" | sed -n 's/^ *\([A-Z][a-z]*\) \([0-9]*\)\..*/\L\1-\2/p' | sed 's/^garnet-.*/garnet/'
}
absent=
for name in $(columns) "$@"; do
  cut -f1 artifacts/engines.tsv | grep -qxF -- "$name" || absent="$absent $name"
done
if [ -n "$absent" ]; then
  echo "Not at hand:$absent. $page is left as it is." >&2
  exit 69
fi

status=0
mkdir -p "$at"
while IFS=$'\t' read -r name version program <&3; do
  [ $# -eq 0 ] || [[ " $* " == *" $name "* ]] || continue
  echo "== $name $version"
  rm -rf "${at:?}/$name"
  mkdir -p "$at/$name"
  export REDIS_SERVER=$program FAULT_ROWS=$at/$name
  if run PersistentCacheService.Tests 'FullyQualifiedName~Message_changes_redis_as_the_contract_says|FullyQualifiedName~NewestTimestampWinsTests' >"$at/$name/vectors.log" 2>&1; then
    sed -n 's/.*Passed: *\([0-9]*\).*/\1/p' "$at/$name/vectors.log" | head -1 >"$at/$name/vectors"
  else
    status=1
    cat "$at/$name/vectors.log"
  fi

  filter=
  for fault in "${faults[@]}"; do
    [ -n "$(lacking "$name" "$fault")" ] || filter="${filter:+$filter|}FullyQualifiedName~.$fault"
  done
  run PersistentCacheService.FaultTests "$filter" || status=1
done 3<artifacts/engines.tsv
cell() { # cell ENGINE FAULT: what stands in the table
  local row=$at/$1/$2.tsv without
  without=$(lacking "$1" "$2")
  if [ -n "$without" ]; then echo "$without"; elif [ -s "$row" ]; then cut -f7 "$row"; else echo '**failed**'; fi
}

label() { # label NAME VERSION: as people know it
  local name=${1%%-*}
  echo "${name^} $2"
}

table=$(mktemp)
trap 'rm -f "$table"' EXIT
{
  printf '| fault |'; while IFS=$'\t' read -r name version _; do printf ' %s |' "$(label "$name" "$version")"; done <artifacts/engines.tsv; echo
  printf '|---|'; while read -r _; do printf -- '---|'; done <artifacts/engines.tsv; echo
  printf '| the contract'"'"'s vectors, the timestamp rule |'
  while IFS=$'\t' read -r name _ _; do printf ' %s |' "$(if [ -s "$at/$name/vectors" ]; then echo "all $(cat "$at/$name/vectors")"; else echo '**failed**'; fi)"; done <artifacts/engines.tsv
  echo
  for fault in "${faults[@]}"; do
    printf '| %s |' "$(cat "$at"/*/"$fault.tsv" 2>/dev/null | head -1 | cut -f3)"
    while IFS=$'\t' read -r name _ _; do printf ' %s |' "$(cell "$name" "$fault")"; done <artifacts/engines.tsv
    echo
  done
} >"$table"

awk -v table="$table" '
  /<!-- end of engines -->/ { skipping = 0 }
  !skipping { print }
  /<!-- engines:/ {
    while ((getline line < table) > 0) print line
    skipping = 1
  }' "$page" >"$page.new"
mv "$page.new" "$page"
echo "$(wc -l <"$table") lines in $page"
exit $status
