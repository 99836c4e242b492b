# Killed after each effect has happened and before its answer: the next run can not know, so it looks.
when=unanswered
. "$here/cases/lib-killed.bash"
