#!/bin/sh
# clang-tidy over all that BUILD_FOLDER compiles: tidy.sh SOURCE_FOLDER BUILD_FOLDER
#
# That build compiles several sources at once, and so are they looked at: most of the time goes into headers. What was
# clean is not looked at again until it, a header or the configuration has changed: BUILD_FOLDER/tidy keeps an empty file
# named by the digest of all of them.
set -eu
cd "$1"
build=$2
clean=$build/tidy
mkdir -p "$clean"

digest() { sha256sum | cut -d' ' -f1; }

shared=$({
  clang-tidy --version
  git ls-files -z .clang-tidy '*.h' '*.def' | xargs -0 cat
} | digest)

jq -r '.[].file' "$build/compile_commands.json" | while read -r file; do
  name=$({
    echo "$shared $file"
    cat "$file"
    sed -n 's/^#include "\(.*\.cc\)"$/\1/p' "$file" | xargs -r cat
  } | digest)
  [ -e "$clean/$name" ] || printf '%s\n%s\n' "$file" "$clean/$name"
done >"$clean/todo"

# shellcheck disable=SC2016 # for the inner shell
xargs -P 2 -n 2 sh -c '
  if report=$(clang-tidy -p "$0" --config-file=.clang-tidy --quiet "$1" 2>&1); then
    : >"$2"
  else
    printf "%s\n" "$report"
    exit 1
  fi' "$build" <"$clean/todo"
