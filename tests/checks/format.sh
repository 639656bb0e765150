#!/bin/sh
# Every source file is formatted as .clang-format says: format.sh SOURCE_FOLDER
set -eu
cd "$1"
git ls-files -z '*.h' '*.cc' | xargs -0 clang-format --dry-run -Werror
