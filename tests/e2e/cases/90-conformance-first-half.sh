# What the simulator is held to, asked of the real apiserver, kubelet and Argo CD. The other half runs beside it.
. "$here/cases/lib-programs.bash"
export REFLOAT_CONFORMANCE_KUBECONFIG=$KUBE/admin REFLOAT_CONFORMANCE_REPO_DIR=$RUN/git REFLOAT_CONFORMANCE_IMAGE=localhost/refloat-e2e/base:1
program refloat_conformance_test 0 2
