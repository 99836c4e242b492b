# alone: during a recovery PostgreSQL crashes and comes back; during another one Argo CD's application controller does.
# nightly: it takes minutes.
. "$here/cases/lib-faults.bash"
stack_in_cluster Auto
controller one
started_well
fault postgres_restarts
fault argo_cd_restarts
take_stack_away
