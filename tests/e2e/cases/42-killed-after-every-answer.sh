# Killed with the answer to each effect on its way, and nothing written about it.
when=answered
. "$here/cases/lib-killed.bash"
