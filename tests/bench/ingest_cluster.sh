# Sourced by ingest.sh and latency.sh: a real etcd and kube-apiserver on loopback, nothing else, filled with Applications and Pods.
# REFLOAT_E2E_RUN and REFLOAT_E2E_PORTS must be set before; what is started is known by its id, as in the lab.
. "$here/../e2e/lab/lib.sh"
. "$LAB/parts.sh"
INFORMER=$here/informer

start_cluster() {
  mkdir -p "$RUN"/{pid,log,pki,kube} && chmod 711 "$RUN" && chmod 700 "$PKI" "$KUBE"
  ln -sfn "$("$LAB/build.sh")" "$BIN"
  make_certificates
  : >"$PKI/tokens.csv"
  user admin system:masters
  local etcd=http://127.0.0.1:$ETCD_PORT peer=http://127.0.0.1:$ETCD_PEER_PORT
  start etcd etcd --data-dir "$RUN/etcd" --listen-client-urls "$etcd" --advertise-client-urls "$etcd" --listen-peer-urls "$peer" \
    --initial-advertise-peer-urls "$peer" --initial-cluster "default=$peer" --unsafe-no-fsync --log-level warn --quota-backend-bytes 8000000000
  # Service accounts are a controller's work, and no controller runs here; events would only wear out etcd.
  start apiserver kube-apiserver --etcd-servers "$etcd" --bind-address 127.0.0.1 --advertise-address 127.0.0.1 --secure-port "$API_PORT" \
    --tls-cert-file "$PKI/apiserver.crt" --tls-private-key-file "$PKI/apiserver.key" --client-ca-file "$PKI/ca.crt" \
    --token-auth-file "$PKI/tokens.csv" --authorization-mode RBAC --service-cluster-ip-range 10.98.0.0/16 \
    --service-account-issuer https://kubernetes.default.svc --service-account-key-file "$PKI/service-account.pub" \
    --service-account-signing-key-file "$PKI/service-account.key" --disable-admission-plugins ServiceAccount \
    --max-requests-inflight 2000 --max-mutating-requests-inflight 1000
  wait_for "the apiserver" 120 k get --raw /readyz
  k apply --server-side -f "$(realpath "$BIN/crds")" >/dev/null
  wait_for "Argo CD's kinds" 30 k get applications -A
}

stop_cluster() {
  stop apiserver
  stop etcd
}

# Builds the client-go programs once for their sources.
build_informers() {
  local folder
  folder=$CACHE/informer-$(cd "$INFORMER" && { cat go.mod go.sum $(find . -name '*.go' | sort) && go version; } | sha256sum | cut -c1-12)
  if [ ! -d "$folder" ]; then
    say "building the client-go programs"
    mkdir -p "$folder.$$"
    (cd "$INFORMER" && CGO_ENABLED=0 GOFLAGS=-mod=readonly go build -trimpath -ldflags '-s -w' -o "$folder.$$/" ./...)
    mv -T "$folder.$$" "$folder"
  fi
  FILL=$folder/fill INFORM=$folder/ingest LATENCY=$folder/latency
}
