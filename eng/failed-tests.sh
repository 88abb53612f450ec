#!/usr/bin/env bash
# Prints what went wrong in a test project, from its result file: each failed test with the beginning of its message and where in our code it failed,
# at most 12 lines a test. Prints nothing when nothing failed.
#   eng/failed-tests.sh NAME FILE.trx
set -euo pipefail
name=${1:?the name of the project} trx=${2:?its result file}

if [ ! -s "$trx" ]; then
  printf '%s\n   ended without a result\n' "$name"
  exit 0
fi

awk -v project="$name" '
  function plain(text) { # XML as text, a line of it cut where nobody reads on
    gsub(/&#xD;|\r/, "", text); gsub(/&lt;/, "<", text); gsub(/&gt;/, ">", text); gsub(/&quot;/, "\"", text); gsub(/&#39;|&apos;/, "\047", text)
    gsub(/&amp;/, "\\&", text)
    return length(text) > 300 ? substr(text, 1, 300) "..." : text
  }

  function say(text) {
    if (!told++) print project
    print text
  }

  function message(text) {
    if (text ~ /[^ \t]/ && lines++ < 8) say("      " plain(text))
  }

  /<UnitTestResult / {
    broken = /outcome="(Failed|Error|Timeout|Aborted)"/
    if (broken) {
      match($0, /testName="[^"]*"/)
      say("   " plain(substr($0, RSTART + 10, RLENGTH - 11)))
      lines = places = 0
    }
  }

  # Why a run ended early, and what ran then; the list of the failed tests is here as well, and known already.
  /<RunInfo .*outcome="Error"/ { broken = run = 1; lines = 0 }
  /<\/RunInfo>/ { broken = run = 0 }
  run && /<Text>/ && !/\[FAIL\]/ { sub(/.*<Text>/, ""); inText = 1; say("   the run itself:") }
  inText { text = $0; sub(/<\/Text>.*/, "", text); message(text) }
  /<\/Text>/ { inText = 0 }

  broken && !run && /<Message>/ { sub(/.*<Message>/, ""); inMessage = 1 }
  inMessage { text = $0; sub(/<\/Message>.*/, "", text); message(text) }
  /<\/Message>/ { inMessage = 0 }

  broken && !run && / in .*:line [0-9]+/ && places++ < 2 {
    text = $0; sub(/.*<StackTrace>/, "", text); sub(/<\/StackTrace>.*/, "", text); sub(/^ */, "", text)
    say("      " plain(text))
  }
  /<\/UnitTestResult>/ { broken = 0 }
' "$trx"

# Tests that had begun when the host died, from the list that --blame keeps.
for sequence in "${trx%/*}"/*/Sequence_*.xml; do
  if [ -s "$sequence" ]; then
    grep -o '<Test [^>]*>' "$sequence" | grep "/$name\.dll\"" | grep 'Completed="False"' | sed 's/.*DisplayName="\([^"]*\)".*/   had begun: \1/' || true
  fi
done
