# The controller in mode Auto: nobody lifts a hand.
. "$here/cases/lib-controller.bash"
stack_in_cluster Auto
controller one
remember
drop_databases
restart_pods
wait_for "crashing pods" 60 crash_looping 1
wait_for "a finding" 5 said finding schema-version-missing
wait_for "the stack afloat again" 120 afloat_again
expect_bootstrap_rerun
expect_fenced controller
wait_for "the status Afloat" 30 eval '[ "$(stack_status .state)" = Afloat ]'
told() { event_reasons "$STACK" | grep -x "$1" >/dev/null; } # Events are sent a moment after what they tell
for reason in FindingDetected RecoveryStarted Recovered; do wait_for "an Event $reason at the Stack" 15 told $reason; done
page one /metrics | grep 'refloat_recoveries_total{verdict="Recovered"} 1' >/dev/null || fail "the recovery is counted"
expect_no_secret_in_trail
kill -TERM "$(pid_of one)"
wait "$(pid_of one)" || fail "exit code 0 after SIGTERM"
take_stack_away
