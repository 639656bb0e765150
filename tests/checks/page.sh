#!/bin/sh
# The page's own checks: page.sh SOURCE_FOLDER (types | logic | browser PROGRAM WORK_FOLDER)
#
# Needs Node.js and, but for the logic, the packages that tools/test installs; the browser check needs
# Chromium as well. What is missing makes the check skipped (77), and failed where CI is true.
set -eu
source=$1
check=$2

skip() {
  printf 'skipped: %s\n' "$*"
  [ "${CI-}" = true ] && exit 1
  exit 77
}
command -v node >/dev/null || skip "Node.js is not installed"
cd "$source/tests/page"
modules=node_modules/.package-lock.json
case "$check" in
  types)
    [ -e "$modules" ] || skip "tests/page/node_modules is missing: run tools/test"
    exec node node_modules/typescript/bin/tsc -p .
    ;;
  logic) exec node --test logic.test.js ;;
  browser)
    [ -e "$modules" ] || skip "tests/page/node_modules is missing: run tools/test"
    command -v chromium >/dev/null || skip "Chromium is not installed"
    PICKLOCK_PROGRAM=$3 PICKLOCK_FOLDER=$4 exec node --test browser.test.js
    ;;
  *)
    printf 'page.sh: expected types, logic or browser, got "%s"\n' "$check" >&2
    exit 2
    ;;
esac
