# alone: during a recovery the apiserver is killed and comes back; during another one etcd stands still for 30 s.
# nightly: it takes minutes.
. "$here/cases/lib-faults.bash"
stack_in_cluster Auto
controller one
started_well
fault apiserver_restarts
fault etcd_pauses
take_stack_away
