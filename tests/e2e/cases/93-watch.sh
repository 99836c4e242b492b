# What the watch relies on, asked of the real apiserver: streamed lists and pages, bookmarks, positions that are too old, rights, tokens,
# streams that share a connection and leave a dead one.
. "$here/cases/lib-programs.bash"
export REFLOAT_CONFORMANCE_KUBECONFIG=$KUBE/admin
program refloat_real_watch 0 1
