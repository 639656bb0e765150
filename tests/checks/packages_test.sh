#!/bin/sh
# tools/packages among stand-ins for dpkg-query, apt-get, sudo and id: packages_test.sh SOURCE_FOLDER WORK_FOLDER
set -eu
packages=$1/tools/packages
work=$2
rm -rf "$work"
mkdir -p "$work/bin"

stub() {
  printf '#!/bin/sh\n%s\n' "$2" >"$work/bin/$1"
  chmod +x "$work/bin/$1"
}
# Installed is what $work/installed lists; apt-get writes down what it is asked for.
# shellcheck disable=SC2016 # for the stand-ins
stub dpkg-query 'sed "s/\$/ installed/" "$STUBS/installed"; exit 1'
# shellcheck disable=SC2016
stub apt-get 'echo "apt-get $*" >>"$STUBS/calls"; exit "${APT_CODE:-0}"'
# shellcheck disable=SC2016
stub sudo 'echo "sudo $*" >>"$STUBS/calls"; exec "$@"'
# shellcheck disable=SC2016
stub id 'echo "$STUB_UID"'
export STUBS="$work" STUB_UID=0

# run ARGUMENTS...: keeps the exit code in $code, and the output in $work/output.
run() {
  : >"$work/calls"
  code=0
  PATH="$work/bin:$PATH" "$packages" "$@" >"$work/output" 2>&1 </dev/null || code=$?
}
expect() {
  "$@" && return
  echo "not so: $*"
  cat "$work/output" "$work/calls"
  exit 1
}
# A package list as the script itself reports it when nothing is there.
: >"$work/installed"
run test
expect [ "$code" -eq 0 ]
expect grep -q '^apt-get -q update$' "$work/calls"
expect grep -q '^apt-get -q install -y .* cmake .* libgtest-dev' "$work/calls"

grep install "$work/calls" | tr ' ' '\n' >"$work/installed"
run test
expect [ "$code" -eq 0 ]
expect [ ! -s "$work/output" ]
expect [ ! -s "$work/calls" ]

# One is missing: that one is installed, and no other.
grep -v '^libfmt-dev$' "$work/installed" >"$work/fewer"
mv "$work/fewer" "$work/installed"
run build
expect grep -qx 'apt-get -q install -y --no-install-recommends libfmt-dev' "$work/calls"

export APT_CODE=100
run build
expect [ "$code" -eq 1 ]
expect grep -q 'this failed: apt-get -q update' "$work/output"
unset APT_CODE

# Not root, and nobody to ask: nothing is tried.
STUB_UID=1000
run build
expect [ "$code" -eq 1 ]
expect grep -q 'sudo apt-get install --no-install-recommends libfmt-dev' "$work/output"
expect [ ! -s "$work/calls" ]

run everything
expect [ "$code" -eq 1 ]
expect grep -q 'expected build or test, got "everything"' "$work/output"
