#!/usr/bin/env bash
# Starts PostgreSQL, a one-node Kubernetes and Argo CD on loopback, always from nothing. Does nothing when all of it runs already.
set -euo pipefail
. "$(dirname "$0")/lib.sh"
. "$LAB/parts.sh"

[ "$(id -u)" = 0 ] || die "a kubelet needs root"
if all_running && k get --raw /readyz >/dev/null 2>&1; then
  ln -sfn "$("$LAB/build.sh")" "$BIN" # what the scripts call may be newer than what runs
  say "is up already ($RUN)"
  exit 0
fi
"$LAB/down.sh"
out=$("$LAB/build.sh")
began=$EPOCHSECONDS
for port in "$ETCD_PORT" "$API_PORT" "$POSTGRES_PORT" "$REDIS_PORT" "$REPO_PORT" "$KUBELET_PORT"; do
  if (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then
    die "port $port is taken by another program; choose other ports by REFLOAT_E2E_PORTS (now $PORTS)"
  fi
done

mkdir -p "$RUN"/{pid,log,pki,kube,config,containerd,tmp,home,git,stacks,cni} && chmod 711 "$RUN" && chmod 700 "$PKI" "$KUBE"
ln -sfn "$out" "$BIN"
make_certificates
make_users
fill_config

start_postgres &
postgres=$!
start_containerd &
containerd=$!
start_control_plane
make_service_accounts
start_argo_cd_config &
argo=$!
wait $postgres $containerd || die "PostgreSQL or containerd did not start"
start kubelet kubelet --config "$RUN/config/kubelet.yaml" --kubeconfig "$KUBE/system:node:$NODE" --root-dir "$RUN/kubelet" \
  --cert-dir "$PKI" --hostname-override "$NODE"
wait $argo || die "Argo CD's kinds could not be installed"
start_argo_cd
wait_for "the node" 60 node_ready
for name in $(part_names); do running "$name" || die "$name has ended: see $RUN/log/$name.log"; done
say "up after $((EPOCHSECONDS - began)) s: export KUBECONFIG=$KUBE/admin"
