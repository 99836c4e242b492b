# One incident of the databases after another, under a controller in mode Auto: each is found in time, recovered once and verified.
. "$here/cases/lib-incidents.bash"
stack_in_cluster Auto
watch_moments
controller one --resync 15s
started_well
remember
suspect=$(suspect_of_databases)
incident schema-version-missing "" 15 recreated_quietly
incident migration-interrupted "$suspect" 0 killed_after 2
incident migration-partial "$suspect" 0 killed_after 12
incident migration-partial "^application $MIGRATIONS_APP .*backoff" 0 killed_in_back_off
expect_bootstrap_rerun
take_stack_away
