# SIGKILL right after the first effect; the same command again finishes, and does nothing twice that must not be done twice.
kill_after_changes=1
. "$here/cases/lib-killed.bash"
