#!/bin/sh
# Ends the processes given by number and all below them: asks, insists after four seconds, returns when none is left.
set -u

# Every living process as "number parent start". A name in /proc/N/stat may hold spaces and brackets; the last bracket ends it.
list_processes() {
  cat /proc/[0-9]*/stat 2>/dev/null | sed 's/^\([0-9]*\) (.*) /\1 /' | awk '$2 != "Z" && $2 != "X" { print $1, $3, $21 }'
}

# The processes given as "number" or "number:start", and their descendants, as "number:start": a number used anew has another start.
list_tree() {
  list_processes | awk -v roots="$*" '
    { parent[$1] = $2; name[$1] = $1 ":" $3 }
    END {
      count = split(roots, root, " ")
      for (i = 1; i <= count; i++) {
        split(root[i], part, ":")
        if (part[1] in name && (part[2] == "" || name[part[1]] == root[i])) wanted[part[1]] = 1
      }
      do {
        grew = 0
        for (p in parent) if (!(p in wanted) && (parent[p] in wanted)) { wanted[p] = 1; grew = 1 }
      } while (grew)
      for (p in wanted) print name[p]
    }'
}

signal_all() {
  signal=$1
  shift
  for process in "$@"; do kill -s "$signal" "${process%%:*}" 2>/dev/null; done
}

# A server that is asked ends its own processes in good order; those of them that stay, and their own, are asked a moment later.
# shellcheck disable=SC2086
{
  left=$(list_tree "$@")
  signal_all TERM "$@"
  round=0
  while [ -n "$left" ]; do
    sleep 0.05
    left=$(list_tree $left)
    round=$((round + 1))
    [ $((round % 20)) -ne 6 ] || signal_all TERM $left
    [ "$round" -lt 80 ] || signal_all KILL $left
  done
}
exit 0
