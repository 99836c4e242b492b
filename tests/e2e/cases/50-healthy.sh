# Nothing is wrong: nothing is found and nothing is done.
remember
diagnose
expect_code 0
[ -z "$(tool findings <"$OUT")" ] || fail "no finding: $(tool findings <"$OUT")"
expect_no_writes refloat-diagnose
recover
expect_code 0
expect_untouched
