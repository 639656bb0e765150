#!/bin/sh
# Two builds print the same bytes: determinism.sh SOURCE_FOLDER WORK_FOLDER PICKLOCK OTHER_PICKLOCK
#
# Every scenario, 20 seeds. The one build runs with one job, the other with one and with two. All but the
# last member of the document, "timing", is compared.
set -eu
cd "$1"
work=$2
one=$3
other=$4
mkdir -p "$work"

# results NAME PICKLOCK JOBS. The exit code says whether expectations were met: not the question here.
results() {
  code=0
  "$2" run scenarios/*.json --seeds 1-20 -j "$3" --format json >"$work/$1.json" || code=$?
  if [ "$code" -gt 2 ]; then
    echo "$2 ended with exit code $code"
    exit 1
  fi
  jq -e '.results | length > 0 and all(.runs == 20)' "$work/$1.json" >/dev/null
  sed '/^  "timing": {$/,$d' "$work/$1.json" >"$work/$1.text"
}

results one "$one" 1
results other-1 "$other" 1
results other-2 "$other" 2
diff "$work/one.text" "$work/other-1.text"
diff "$work/one.text" "$work/other-2.text"
