#!/usr/bin/env bash
# Installs the Debian packages that the lab needs and that are missing. Their services are not started: the lab runs its own.
set -euo pipefail
. "$(dirname "$0")/lib.sh"

missing=()
need() { [ -e "$1" ] || command -v "$1" >/dev/null || missing+=("$2"); }
need "$POSTGRES_BIN/initdb" postgresql-15
need redis-server redis-server
need containerd containerd
need runc runc
need busybox busybox-static
need openssl openssl
need git git
need setpriv util-linux
need psql postgresql-client-15
command -v go >/dev/null || say "Go is missing and Debian 12 has none that is new enough (1.26): see https://go.dev/dl"
[ ${#missing[@]} -gt 0 ] || exit 0

say "installing ${missing[*]}"
policy=/usr/sbin/policy-rc.d
if [ ! -e $policy ]; then
  trap 'rm -f $policy' EXIT
  printf '#!/bin/sh\nexit 101\n' >$policy && chmod 755 $policy
fi
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
