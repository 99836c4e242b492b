# Killed before each effect is sent: it has not happened, and the next run has it to do.
when=before
. "$here/cases/lib-killed.bash"
