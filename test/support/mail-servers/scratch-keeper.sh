#!/bin/sh
# Stands beside a test process and reads from it "keep NUMBER" and "forget NUMBER". When the test process lets go of the pipe,
# in good order or killed, the processes kept are ended and the scratch folder goes.
set -u
trap '' HUP INT TERM
folder=$1
processes=

while read -r word number; do
  case $word in
    keep) processes="$number $processes" ;;
    forget)
      rest=
      for process in $processes; do [ "$process" = "$number" ] || rest="$rest $process"; done
      processes=$rest
      ;;
  esac
done

# shellcheck disable=SC2086
[ -z "$processes" ] || "$(dirname "$0")/end-process-tree.sh" $processes
rm -rf "$folder"
