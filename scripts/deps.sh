#!/usr/bin/env bash
# Installs what building and testing need, from Debian 12's own packages. Does nothing when all is there.
#   scripts/deps.sh [build|check]     build (default): demo and tests; check: also clang-tidy, clang-format, the fuzzers' compiler and the soak's allocator
set -euo pipefail
build=(g++ cmake ninja-build ccache pkg-config make git ca-certificates libcurl4-openssl-dev libssl-dev nlohmann-json3-dev libsimdjson-dev
  libyaml-cpp-dev libpqxx-dev libcli11-dev libhowardhinnant-date-dev libcivetweb-dev libgtest-dev libgmock-dev libbenchmark-dev
  postgresql-15 pgbouncer openssl)
check=(clang-19 clang-tidy-19 clang-format-19 libclang-rt-19-dev libjemalloc2)
wanted=("${build[@]}")
[ "${1:-build}" = check ] && wanted+=("${check[@]}")

missing=()
for package in "${wanted[@]}"; do
  dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null | grep -qx installed || missing+=("$package")
done
[ ${#missing[@]} -eq 0 ] && exit 0

as_root=()
if [ "$(id -u)" -ne 0 ]; then
  command -v sudo >/dev/null || { echo "error: missing packages: ${missing[*]}" >&2; echo "hint: install them as root, or install sudo" >&2; exit 1; }
  as_root=(sudo)
fi
echo "installing ${#missing[@]} packages: ${missing[*]}" >&2
export DEBIAN_FRONTEND=noninteractive
"${as_root[@]}" apt-get update -qq
# Debian starts a database server of its own after the install; ours are started in temporary directories, that one is not needed.
policy=/usr/sbin/policy-rc.d
made_policy=no
if [ ! -e "$policy" ]; then printf '#!/bin/sh\nexit 101\n' | "${as_root[@]}" tee "$policy" >/dev/null; "${as_root[@]}" chmod +x "$policy"; made_policy=yes; fi
trap '[ "$made_policy" = yes ] && "${as_root[@]}" rm -f "$policy"' EXIT
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
