#!/usr/bin/env bash
# Ends what up.sh has started, and nothing else; works as well after a crash of any part. `down.sh --keep-logs` leaves log/.
set -u
. "$(dirname "$0")/lib.sh"
[ -d "$RUN" ] || exit 0
mkdir -p "$RUN/pid"

# The shims outlive containerd, so they are found by the socket that they answer to, which is in our own folder.
shims() {
  local file
  for file in /proc/[0-9]*/cmdline; do
    if { tr '\0' ' ' <"$file"; } 2>/dev/null | grep -q -- "containerd-shim-runc-v2 .*-address $SOCKET "; then
      file=${file%/cmdline}
      echo "${file##*/}"
    fi
  done
}
end_containers() {
  local shim child
  # shellcheck disable=SC2013  # words are meant
  for shim in $(shims); do
    for child in $(cat "/proc/$shim/task/"*/children 2>/dev/null); do kill -KILL "$child" 2>/dev/null; done
    kill -KILL "$shim" 2>/dev/null
  done
}
container_ids() { ls "$RUN/containerd/state/io.containerd.runtime.v2.task/k8s.io" 2>/dev/null; }
mounted() { awk -v folder="$RUN/" 'index($2, folder) == 1 { print $2 }' /proc/mounts | sort -r; }

# Nothing of the lab outlives it, so nothing is worth a graceful end.
for name in kubelet applicationset-controller application-controller repo-server redis; do stop "$name" KILL; done
ids=$(container_ids)
stop containerd
end_containers
for name in controllers scheduler apiserver; do stop "$name" KILL; done
stop etcd KILL
stop postgres QUIT
# An ended process keeps its control group until its parent has taken note of it.
groups_gone() {
  local id left=0
  for id in $ids; do
    rmdir "/sys/fs/cgroup/k8s.io/$id" /sys/fs/cgroup/*/k8s.io/"$id" 2>/dev/null
    for group in "/sys/fs/cgroup/k8s.io/$id" /sys/fs/cgroup/*/k8s.io/"$id"; do [ -d "$group" ] && left=1; done
  done
  return $left
}
until_true 6 groups_gone

# Whatever else was started under the lab's folder by a test: each is recorded in the same way.
for file in "$RUN"/pid/*; do [ -e "$file" ] && stop "${file##*/}"; done

for _ in 1 2 3; do mounted | while read -r point; do umount -l "$point" 2>/dev/null; done; done
if [ -n "$(mounted)" ]; then
  say "still mounted under $RUN: $(mounted | tr '\n' ' ')"
  exit 1
fi
if [ "${1:-}" = --keep-logs ]; then
  find "$RUN" -mindepth 1 -maxdepth 1 ! -name log -exec rm -rf --one-file-system {} +
else
  rm -rf --one-file-system "$RUN"
fi
