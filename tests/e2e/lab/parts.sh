# Sourced by up.sh: how each part is configured and started.

part_names() { echo postgres containerd etcd apiserver controllers scheduler kubelet redis repo-server application-controller applicationset-controller; }
all_running() { local name; for name in $(part_names); do running "$name" || return 1; done; }
node_ready() { [ "$(k get node "$NODE" -o 'jsonpath={.status.conditions[?(@.type=="Ready")].status}')" = True ]; }

# --- keys and users ----------------------------------------------------------------------------------------------------------
make_certificates() {
  new_key ca && new_key service-account
  openssl req -x509 -new -key "$PKI/ca.key" -subj /CN=refloat-e2e -days 30 -out "$PKI/ca.crt"
  openssl ec -in "$PKI/service-account.key" -pubout -out "$PKI/service-account.pub" 2>/dev/null
  certificate apiserver /CN=kube-apiserver serverAuth DNS:localhost,DNS:kubernetes.default.svc,IP:127.0.0.1,IP:10.98.0.1
  certificate kubelet "/O=system:nodes/CN=system:node:$NODE" serverAuth "DNS:$NODE,IP:127.0.0.1"
  certificate kubelet-client /O=system:masters/CN=kube-apiserver clientAuth DNS:localhost
}
new_key() { openssl ecparam -name prime256v1 -genkey -noout -out "$PKI/$1.key"; }
certificate() { # NAME SUBJECT USAGE ALTERNATIVE-NAMES
  new_key "$1"
  openssl req -new -key "$PKI/$1.key" -subj "$2" -out "$PKI/$1.csr"
  openssl x509 -req -in "$PKI/$1.csr" -CA "$PKI/ca.crt" -CAkey "$PKI/ca.key" -CAcreateserial -days 30 -out "$PKI/$1.crt" \
    -extfile <(printf 'keyUsage=digitalSignature\nextendedKeyUsage=%s\nsubjectAltName=%s\n' "$3" "$4") 2>/dev/null
}

# One kubeconfig a user, so that the audit log tells everyone apart.
make_users() {
  : >"$PKI/tokens.csv"
  user admin system:masters
  user argocd system:masters
  user human system:masters
  user system:kube-controller-manager
  user system:kube-scheduler
  user "system:node:$NODE" system:nodes
  # The tested users, once for each slot: cases that run side by side must not find each other in the logs.
  local slot
  for slot in "${SLOTS[@]}"; do
    user "refloat-$slot" e2e-acts
    user "refloat-diagnose-$slot" e2e-diagnoses
    user "refloat-norbac-$slot" e2e-nothing
    user "elsewhere-$slot" system:masters # Argo CD's own in a destination cluster
  done
}
user() { # NAME [GROUP]
  local token
  token=$(openssl rand -hex 16)
  echo "$token,$1,$1,\"${2:-e2e}\"" >>"$PKI/tokens.csv"
  kubeconfig "$1" "$token"
}
kubeconfig() { # NAME TOKEN
  cat >"$KUBE/$1" <<Y
apiVersion: v1
kind: Config
clusters:
- name: e2e
  cluster: {server: "https://127.0.0.1:$API_PORT", certificate-authority: "$PKI/ca.crt"}
users:
- name: "$1"
  user: {token: "$2"}
contexts:
- name: e2e
  context: {cluster: e2e, user: "$1", namespace: argocd}
current-context: e2e
Y
}

# The controllers run outside of the cluster, each as a ServiceAccount, by a token that was requested for it. For each slot one that may
# recover, and one that may do something in Argo CD's namespace only.
make_service_accounts() {
  local slot name
  k create namespace "$CONTROLLERS" >/dev/null
  for slot in "${SLOTS[@]}"; do
    for name in "controller-$slot" "controller-argocd-$slot"; do
      k -n "$CONTROLLERS" create serviceaccount "$name" >/dev/null
      k -n "$CONTROLLERS" create token "$name" --duration 24h >"$PKI/$name.token"
      kubeconfig "$name" "$(cat "$PKI/$name.token")"
    done
  done
}

# The files under config/ with the lab's own values in the places of @NAMES@.
fill_config() {
  local file
  for file in "$LAB"/config/*; do
    sed -e "s|@RUN@|$RUN|g; s|@PKI@|$PKI|g; s|@SOCKET@|$SOCKET|g; s|@KUBELET_PORT@|$KUBELET_PORT|g" \
      -e "s|@KUBELET_HEALTH_PORT@|$KUBELET_HEALTH_PORT|g; s|@POSTGRES_PORT@|$POSTGRES_PORT|g" "$file" >"$RUN/config/${file##*/}"
  done
  mv "$RUN/config/loopback.conflist" "$RUN/cni/"
}

# --- PostgreSQL --------------------------------------------------------------------------------------------------------------
start_postgres() {
  local as_postgres=(setpriv --reuid=postgres --regid=postgres --clear-groups) password
  password=$(openssl rand -hex 12)
  echo "127.0.0.1:$POSTGRES_PORT:*:postgres:$password" >"$PKI/pgpass" && chmod 600 "$PKI/pgpass"
  install -d -o postgres -g postgres -m 0700 "$RUN/postgres"
  install -o postgres -m 0600 <(echo "$password") "$RUN/tmp/password"
  "${as_postgres[@]}" "$POSTGRES_BIN/initdb" -D "$RUN/postgres" -U postgres -A scram-sha-256 --no-sync --locale=C.UTF-8 \
    --pwfile="$RUN/tmp/password" >"$RUN/log/initdb.log"
  rm "$RUN/tmp/password"
  cat "$RUN/config/postgresql.conf" >>"$RUN/postgres/postgresql.conf"
  run_postgres
}
run_postgres() {
  start postgres setpriv --reuid=postgres --regid=postgres --clear-groups "$POSTGRES_BIN/postgres" -D "$RUN/postgres"
  wait_for PostgreSQL 30 sql postgres -c 'SELECT 1'
}

# --- Kubernetes --------------------------------------------------------------------------------------------------------------
start_containerd() {
  start containerd containerd -c "$RUN/config/containerd.toml"
  wait_for containerd 30 ctr -a "$SOCKET" version
  local image
  for image in base temporal; do
    ctr -a "$SOCKET" -n k8s.io images import "$BIN/$image.tar" >>"$RUN/log/images.log" 2>&1 || die "image $image cannot be imported"
  done
}

start_control_plane() {
  local etcd=http://127.0.0.1:$ETCD_PORT peer=http://127.0.0.1:$ETCD_PEER_PORT
  start etcd etcd --data-dir "$RUN/etcd" --listen-client-urls "$etcd" --advertise-client-urls "$etcd" --listen-peer-urls "$peer" \
    --initial-advertise-peer-urls "$peer" --initial-cluster "default=$peer" --unsafe-no-fsync --log-level warn
  run_apiserver
  start controllers kube-controller-manager --kubeconfig "$KUBE/system:kube-controller-manager" --leader-elect=false \
    --bind-address 127.0.0.1 --secure-port "$CONTROLLERS_PORT" --cert-dir "$RUN/controllers" --root-ca-file "$PKI/ca.crt" \
    --service-account-private-key-file "$PKI/service-account.key" --use-service-account-credentials
  start scheduler kube-scheduler --kubeconfig "$KUBE/system:kube-scheduler" --authentication-kubeconfig "$KUBE/system:kube-scheduler" \
    --authorization-kubeconfig "$KUBE/system:kube-scheduler" --leader-elect=false --bind-address 127.0.0.1 \
    --secure-port "$SCHEDULER_PORT" --cert-dir "$RUN/scheduler"
}
run_apiserver() {
  start apiserver kube-apiserver --etcd-servers "http://127.0.0.1:$ETCD_PORT" --bind-address 127.0.0.1 --advertise-address 127.0.0.1 --secure-port "$API_PORT" \
    --tls-cert-file "$PKI/apiserver.crt" --tls-private-key-file "$PKI/apiserver.key" --client-ca-file "$PKI/ca.crt" \
    --token-auth-file "$PKI/tokens.csv" --authorization-mode Node,RBAC --service-cluster-ip-range 10.98.0.0/16 \
    --service-account-issuer https://kubernetes.default.svc --service-account-key-file "$PKI/service-account.pub" \
    --service-account-signing-key-file "$PKI/service-account.key" --kubelet-certificate-authority "$PKI/ca.crt" \
    --kubelet-client-certificate "$PKI/kubelet-client.crt" --kubelet-client-key "$PKI/kubelet-client.key" \
    --kubelet-preferred-address-types Hostname \
    --audit-policy-file "$RUN/config/audit-policy.yaml" --audit-log-path "$AUDIT_LOG" --audit-log-maxsize 10000
  wait_for "the apiserver" 60 k get --raw /readyz
}

# --- Argo CD -----------------------------------------------------------------------------------------------------------------
start_argo_cd_config() {
  k create namespace argocd >/dev/null
  k apply --server-side -f "$(realpath "$BIN/crds")" >/dev/null
  wait_for "Argo CD's kinds" 30 k get -n argocd applications,applicationsets,appprojects
  k apply --server-side -f "$RUN/config/argocd.yaml" -f "$RUN/config/roles.yaml" >/dev/null
}

argo_cd_environment() {
  export HOME=$RUN/home TMPDIR=$RUN/tmp ARGOCD_FAKE_IN_CLUSTER=true ARGOCD_GPG_ENABLED=false ARGOCD_GNUPGHOME=$RUN/home
  export ARGOCD_ASK_PASS_SOCK=$RUN/tmp/ask-pass.sock KUBECONFIG=$KUBE/argocd ARGOCD_RECONCILIATION_JITTER=0
}
start_argo_cd() {
  argo_cd_environment
  start redis redis-server --bind 127.0.0.1 --port "$REDIS_PORT" --save '' --appendonly no --dir "$RUN/tmp"
  start repo-server argocd-repo-server --redis "127.0.0.1:$REDIS_PORT" --disable-tls --address 127.0.0.1 --port "$REPO_PORT" \
    --metrics-address 127.0.0.1 --metrics-port "$REPO_METRICS_PORT" --revision-cache-expiration 5s
  run_application_controller
  start applicationset-controller argocd-applicationset-controller --kubeconfig "$KUBE/argocd" -n argocd \
    --argocd-repo-server "127.0.0.1:$REPO_PORT" --repo-server-plaintext --metrics-addr "127.0.0.1:$APPSET_METRICS_PORT" \
    --probe-addr "127.0.0.1:$APPSET_PROBE_PORT" --webhook-addr "127.0.0.1:$APPSET_WEBHOOK_PORT" --enable-progressive-syncs
}
run_application_controller() {
  start application-controller argocd-application-controller --kubeconfig "$KUBE/argocd" -n argocd --redis "127.0.0.1:$REDIS_PORT" \
    --repo-server "127.0.0.1:$REPO_PORT" --repo-server-plaintext --metrics-port "$CONTROLLER_METRICS_PORT" --app-resync 10 \
    --status-processors 4 --operation-processors 4
}
