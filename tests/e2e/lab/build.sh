#!/usr/bin/env bash
# Builds the real parts from Go modules into the cache (about ten minutes cold on two cores, nothing when the sources are the same)
# and prints the folder that holds them all. What is complete appears by a rename, so an interrupted build leaves nothing behind.
set -euo pipefail
. "$(dirname "$0")/lib.sh"

command -v go >/dev/null || die "Go is missing: put 1.26 or newer on PATH (https://go.dev/dl)"
export CGO_ENABLED=0 GOFLAGS=-mod=readonly

packages() {
  case $1 in
  temporal) echo ./bootstrap ./partial go.temporal.io/server/cmd/server go.temporal.io/server/cmd/tools/sql ;;
  *) echo . ;;
  esac
}

# build MODULE: into its own folder, if it is not there.
build() {
  local folder began=$EPOCHSECONDS part
  folder=$(module_folder "$1")
  [ ! -d "$folder" ] || return 0
  part=$folder.$$
  mkdir -p "$part"
  say "building $1"
  # shellcheck disable=SC2046  # several packages
  (cd "$LAB/$1" && go build -trimpath -ldflags '-s -w' -o "$part/" $(packages "$1"))
  "finish_$1" "$part"
  mv -T "$part" "$folder" 2>/dev/null || rm -rf "$part" # another build was faster
  say "built $1 in $((EPOCHSECONDS - began)) s"
}
finish_tool() { :; }
finish_kube() {
  local name
  for name in etcd kube-apiserver kube-controller-manager kube-scheduler kubelet kubectl; do ln -s kube "$1/$name"; done
}
finish_argo() {
  local name module
  for name in application-controller repo-server applicationset-controller; do ln -s argo "$1/argocd-$name"; done
  mkdir "$1/crds"
  module=$(cd "$LAB/argo" && go list -m -f '{{.Dir}}' github.com/argoproj/argo-cd/v3)
  install -m 0644 "$module"/manifests/crds/{application,applicationset,appproject}-crd.yaml "$1/crds/"
}
finish_temporal() {
  mv "$1/server" "$1/temporal-server"
  mv "$1/sql" "$1/temporal-sql-tool"
}

for module in "${MODULES[@]}"; do build "$module"; done
all=$(lab_folder)
if [ ! -d "$all" ]; then
  part=$all.$$
  mkdir -p "$part"
  for module in "${MODULES[@]}"; do ln -s "$(module_folder "$module")"/* "$part/"; done
  "$LAB/images.sh" "$part"
  mv -T "$part" "$all" 2>/dev/null || rm -rf "$part"
fi
echo "$all"
