#!/bin/sh
# Two builds print the same bytes: determinism.sh SOURCE_FOLDER WORK_FOLDER PICKLOCK OTHER_PICKLOCK [FLAG...]
#
# Every scenario, 20 seeds, with these flags of run. The one build runs with one job, the other with one and
# with two. All but the last member of the document, "timing", is compared.
set -eu
cd "$1"
work=$2
one=$3
other=$4
shift 4
mkdir -p "$work"

# results NAME PICKLOCK JOBS FLAG... The exit code says whether expectations were met: not the question here.
results() {
  name=$1
  program=$2
  jobs=$3
  shift 3
  code=0
  "$program" run scenarios/*.json --seeds 1-20 -j "$jobs" --format json "$@" >"$work/$name.json" || code=$?
  if [ "$code" -gt 2 ]; then
    echo "$program ended with exit code $code"
    exit 1
  fi
  jq -e '.results | length > 0 and all(.runs == 20)' "$work/$name.json" >/dev/null
  sed '/^  "timing": {$/,$d' "$work/$name.json" >"$work/$name.text"
}

results one "$one" 1 "$@" &
one_runs=$!
results other-1 "$other" 1 "$@" &
other_runs=$!
results other-2 "$other" 2 "$@"
wait "$one_runs"
wait "$other_runs"
diff "$work/one.text" "$work/other-1.text"
diff "$work/one.text" "$work/other-2.text"
