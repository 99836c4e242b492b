# SIGKILL around the bootstrap Job's deletion.
kill_after_changes=4
. "$here/cases/lib-killed.bash"
