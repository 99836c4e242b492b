# Nothing is wrong: nothing is found and nothing is done.
remember
diagnose
expect_code 0
[ -z "$(tool findings <"$OUT")" ] || fail "no finding: $(tool findings <"$OUT")"
expect_no_writes refloat-diagnose
expect_reads refloat-diagnose
diagnose_text
expect_code 0
expect_said "nothing found"
remember
recover
expect_code 0
expect_said "nothing to do"
expect_reads refloat
expect_untouched
