#!/bin/sh
# A build with sanitizers has nothing to complain about: sanitizers.sh SOURCE_FOLDER PICKLOCK
#
# Every scenario, 200 seeds; and on real servers, where there are some, one of each kind. The sanitizers end the program with the code 99 and write to the standard
# error, where nothing else is to be seen either.
set -eu
cd "$1"
export ASAN_OPTIONS=exitcode=99:detect_leaks=1:detect_stack_use_after_return=1:strict_string_checks=1
export UBSAN_OPTIONS=exitcode=99:print_stacktrace=1
errors=$(mktemp)
trap 'rm -f "$errors"' EXIT
code=0
"$2" run scenarios/*.json --seeds 1-200 --no-fixes -j 2 >/dev/null 2>"$errors" || code=$?
if [ "$code" -le 2 ] && command -v redis-server >/dev/null; then
  code=0
  "$2" real scenarios/redis_token_pause_past_ttl.json scenarios/redis_failover_forgets.json \
    scenarios/redis_sentinel_forgets.json scenarios/redlock_amnesia_everysec.json \
    scenarios/zookeeper_recipe_three_nodes.json --no-fixes >/dev/null 2>>"$errors" || code=$?
fi
cat "$errors"
[ ! -s "$errors" ] && [ "$code" -le 2 ]
