# One clear message, a hint, the exit code of the contract; no trace, no secret.
well_said() { # CODE TEXT
  expect_code "$1"
  expect_said "$2"
  expect_no_trace
  expect_no_secret
}
remember
refloat_as refloat diagnose --kubeconfig "$CASE_DIR/absent" -f "$STACK_FILE"
well_said 1 "$CASE_DIR/absent"
refloat_as refloat diagnose --context nowhere -f "$STACK_FILE"
well_said 1 nowhere
sed "s/^  applications:/  aplications:/" "$STACK_FILE" >"$CASE_DIR/typo.yaml"
refloat_as refloat diagnose -f "$CASE_DIR/typo.yaml"
well_said 1 typo.yaml:6
sed "s/:$API_PORT/:1/" "$KUBE/refloat-$SLOT" >"$KUBE/unreachable-$SLOT"
refloat_as unreachable diagnose -f "$STACK_FILE" --request-timeout 3s
well_said 1 "127.0.0.1 port 1"
sed "s/token: .*/token: wrong}/" "$KUBE/refloat-$SLOT" >"$KUBE/unknown-$SLOT"
refloat_as unknown diagnose -f "$STACK_FILE"
well_said 1 unauthorized
refloat_as refloat-norbac diagnose -f "$STACK_FILE"
well_said 3 "not allowed: needs verb list on applications.argoproj.io"
! grep -q "not found" "$OUT" || fail "nothing called absent that could not be looked for"
sed "s/runtime: .*/runtime: not-there/" "$STACK_FILE" >"$CASE_DIR/absent.yaml"
refloat_as refloat diagnose -f "$CASE_DIR/absent.yaml"
well_said 3 not-there
expect_untouched
