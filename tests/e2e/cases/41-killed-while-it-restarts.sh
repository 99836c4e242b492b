# SIGKILL between the two restarts.
kill_after_changes=2
. "$here/cases/lib-killed.bash"
