#!/bin/sh
# Makes published free/busy anew, for cron. The same as `imip-admin make-freebusy`.
exec "$(dirname "$(readlink -f "$0")")/../bin/imip-admin" make-freebusy "$@"
