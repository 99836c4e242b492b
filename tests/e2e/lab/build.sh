#!/usr/bin/env bash
# Builds the real parts from Go modules into the cache (about ten minutes cold on two cores, nothing when the sources are the same)
# and prints the folder.
set -euo pipefail
. "$(dirname "$0")/lib.sh"

command -v go >/dev/null || die "Go is missing: apt-get install golang-go, or put a newer one on PATH"
out=$(built)
if [ ! -e "$out/complete" ]; then
  say "building into $out"
  mkdir -p "$out" && rm -rf "$out/crds"
  export CGO_ENABLED=0 GOFLAGS=-mod=readonly
  build() { (cd "$LAB/$1" && go build -trimpath -ldflags '-s -w' -o "$out/" "${@:2}"); }
  build tool .
  build kube .
  build argo .
  build temporal ./bootstrap ./partial go.temporal.io/server/cmd/server go.temporal.io/server/cmd/tools/sql
  mv "$out/server" "$out/temporal-server"
  mv "$out/sql" "$out/temporal-sql-tool"
  for name in etcd kube-apiserver kube-controller-manager kube-scheduler kubelet kubectl; do ln -sf kube "$out/$name"; done
  for name in application-controller repo-server applicationset-controller; do ln -sf argo "$out/argocd-$name"; done
  mkdir "$out/crds"
  module=$(cd "$LAB/argo" && go list -m -f '{{.Dir}}' github.com/argoproj/argo-cd/v3)
  install -m 0644 "$module"/manifests/crds/{application,applicationset,appproject}-crd.yaml "$out/crds/"
  "$LAB/images.sh" "$out"
  touch "$out/complete"
fi
echo "$out"
