#!/usr/bin/env bash
# kinds-alone.sh [COMMAND...]: an etcd and a real apiserver of their own on loopback, without nodes or Argo CD, then the test of the kinds
# (or the command, with KUBECONFIG set); everything is taken away in the end. Needs no root. The binaries are those of the lab (lab/build.sh).
set -euo pipefail
export REFLOAT_E2E_RUN=${REFLOAT_E2E_RUN:-$(mktemp -d /tmp/refloat-kinds.XXXXXX)} REFLOAT_E2E_PORTS=${REFLOAT_E2E_PORTS:-27000}
here=$(cd "$(dirname "$0")" && pwd)
. "$here/lab/lib.sh"
. "$LAB/parts.sh"
. "$here/kinds.sh"
BIN=${REFLOAT_KUBE_BIN:-$(module_folder kube)}
PATH=$BIN:$PATH
[ -x "$BIN/kube-apiserver" ] || { echo "$BIN/kube-apiserver is missing: run tests/e2e/lab/build.sh"; exit 1; }

take_away() {
  stop apiserver
  stop etcd KILL
  [ -n "${KEEP:-}" ] || rm -rf "$RUN"
}
trap take_away EXIT
trap 'exit 130' INT TERM

mkdir -p "$RUN"/{pid,log,pki,kube,config} && chmod 700 "$RUN" "$PKI" "$KUBE"
make_certificates
make_users
fill_config 2>/dev/null || true
etcd=http://127.0.0.1:$ETCD_PORT peer=http://127.0.0.1:$ETCD_PEER_PORT
start etcd etcd --data-dir "$RUN/etcd" --listen-client-urls "$etcd" --advertise-client-urls "$etcd" --listen-peer-urls "$peer" \
  --initial-advertise-peer-urls "$peer" --initial-cluster "default=$peer" --unsafe-no-fsync --log-level warn
start apiserver kube-apiserver --etcd-servers "$etcd" --bind-address 127.0.0.1 --advertise-address 127.0.0.1 --secure-port "$API_PORT" \
  --tls-cert-file "$PKI/apiserver.crt" --tls-private-key-file "$PKI/apiserver.key" --client-ca-file "$PKI/ca.crt" \
  --token-auth-file "$PKI/tokens.csv" --authorization-mode RBAC --service-cluster-ip-range 10.98.0.0/16 \
  --service-account-issuer https://kubernetes.default.svc --service-account-key-file "$PKI/service-account.pub" \
  --service-account-signing-key-file "$PKI/service-account.key"
wait_for "the apiserver" 180 k get --raw /readyz
export KUBECONFIG=$KUBE/admin
if [ $# != 0 ]; then
  "$@"
else
  KINDS=kinds
  kinds_all
  [ "$KINDS_WRONG" = 0 ]
fi
