#!/usr/bin/env bash
# images.sh FOLDER: the images of the lab's pods as archives beside the binaries: a base with a shell, and Temporal.
set -euo pipefail
out=$1
box=$(command -v busybox) || { echo "images: busybox is missing (package busybox-static)" >&2; exit 1; }
applets() { for applet in "$@"; do echo "bin/$applet->busybox"; done; }

# shellcheck disable=SC2046  # one word per applet is meant
"$out/tool" image -name localhost/refloat-e2e/base:1 -out "$out/base.tar" -entrypoint /bin/sleep -entrypoint 2147483647 \
  bin/busybox="$box" $(applets sh sleep echo cat true false nc env ls) tmp/
# shellcheck disable=SC2046
"$out/tool" image -name localhost/refloat-e2e/temporal:1 -out "$out/temporal.tar" \
  bin/busybox="$box" $(applets sh sleep echo cat true false nc env ls) tmp/ \
  bin/temporal-server="$out/temporal-server" bin/temporal-sql-tool="$out/temporal-sql-tool" bin/bootstrap="$out/bootstrap"
