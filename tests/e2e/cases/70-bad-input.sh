# One clear message, a hint, the exit code of the contract; no trace, no secret.
well_said() { # CODE TEXT
  expect_code "$1"
  expect_said "$2"
  expect_no_trace
}
# refused TEXT: it could not even begin. That is one error, and what to do about it; a mistake in a file is shown with its line before.
refused() {
  well_said 1 "$1"
  [ "$(grep -c '^error: ' "$ERR")" = 1 ] || fail "exactly one error"
  [ "$(grep -c '^hint: ' "$ERR")" = 1 ] || fail "one hint"
}
# incomplete TEXT: no error; what was not examined, and why, stands where the findings stand.
incomplete() {
  well_said 3 "$1"
  ! grep -h '^error: ' "$OUT" "$ERR" || fail "no error, but what could not be examined"
}
remember
refloat_as refloat diagnose --kubeconfig "$CASE_DIR/absent" -f "$STACK_FILE"
refused "$CASE_DIR/absent"
refloat_as refloat diagnose --context nowhere -f "$STACK_FILE"
refused nowhere
sed "s/^  applications:/  aplications:/" "$STACK_FILE" >"$CASE_DIR/typo.yaml"
refloat_as refloat diagnose -f "$CASE_DIR/typo.yaml"
refused typo.yaml:6
grep -A2 'typo.yaml:6' "$ERR" | grep 'hint: did you mean' >/dev/null || fail "a hint at the line"
sed "s/:$API_PORT/:1/" "$KUBE/refloat-$SLOT" >"$KUBE/unreachable-$SLOT"
refloat_as unreachable diagnose -f "$STACK_FILE" --request-timeout 3s
refused "127.0.0.1 port 1"
sed "s/token: .*/token: wrong}/" "$KUBE/refloat-$SLOT" >"$KUBE/unknown-$SLOT"
refloat_as unknown diagnose -f "$STACK_FILE"
refused unauthorized
sed "s/runtime: .*/runtime: not-there/" "$STACK_FILE" >"$CASE_DIR/absent.yaml"
for command in diagnose plan "recover --yes"; do
  # shellcheck disable=SC2086  # two words are meant
  refloat_as refloat-norbac $command -f "$STACK_FILE"
  incomplete "not allowed: needs verb list on applications.argoproj.io"
  ! grep -q "not found" "$OUT" || fail "nothing called absent that could not be looked for"
  expect_no_writes refloat-norbac
  # shellcheck disable=SC2086
  refloat_as refloat $command -f "$CASE_DIR/absent.yaml"
  incomplete not-there
done
expect_untouched
