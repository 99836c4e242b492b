#!/usr/bin/env bash
# README's first command, twice: where nothing changed it must take less than half a minute. Then the demo by a user without any rights.
# The last line is "N passed, N failed".
set -uo pipefail
cd "$(dirname "$0")/.."
program=build/release/refloat
passed=0 failed=0
elsewhere=$(mktemp -d)
trap 'rm -rf "$elsewhere"' EXIT

check() { # WHAT COMMAND...
  local what=$1 began=$SECONDS
  shift
  if "$@" >"$elsewhere/out" 2>&1 </dev/null; then
    passed=$((passed + 1))
    echo "ok: $what ($((SECONDS - began)) s)"
  else
    failed=$((failed + 1))
    tail -n 40 "$elsewhere/out"
    echo "FAILED: $what ($((SECONDS - began)) s)"
  fi
}

without_rights() {
  [ "$(id -u)" -eq 0 ] || { "$program" demo; return; }
  mkdir "$elsewhere/home" && cp "$program" "$elsewhere/" && chown nobody "$elsewhere/home" && chmod 755 "$elsewhere"
  (cd / && setpriv --reuid nobody --regid nogroup --clear-groups env HOME="$elsewhere/home" TMPDIR="$elsewhere/home" "$elsewhere/refloat" demo)
}

check "make demo" make --no-print-directory demo
check "make demo again, within 30 s" timeout 30 make --no-print-directory demo
check "refloat demo by a user without rights" without_rights
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
