#!/bin/sh
# No complaint of shellcheck about any shell script of the repository: shell.sh SOURCE_FOLDER
set -eu
cd "$1"
git ls-files -z 'tools/*' '.ci/*' '*.sh' | xargs -0 shellcheck
