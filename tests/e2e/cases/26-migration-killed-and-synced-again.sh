# A set with RollingSync begins another sync of an OutOfSync Application as soon as one ends, so the doomed operation never stays away:
# the row goes while one waits for its next try.
remember
kill_migration 5
kn delete configmap "${PREFIX}temporal-schema-target" >/dev/null
restart_pods
wait_for "the set's own sync to fail" 90 in_back_off
began=$(operation startedAt)
wait_for "the set to sync again" 120 begun_after "$began"
wait_for "it to wait for its next try" 60 in_back_off
expect_cause migration-partial
recover
expect_recovered
expect_bootstrap_rerun
