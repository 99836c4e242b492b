# The real API server takes and refuses Stacks, Playbooks and Recoveries as it should. Leaves the kinds installed: others may use them.
. "$here/kinds.sh"
KINDS=kinds-$SLOT
kinds_all
k delete namespace "$KINDS" --wait=false
[ "$KINDS_WRONG" = 0 ] || fail "every object taken or refused as it should: see above"
