#!/bin/sh
# Takes reservations that are over out of the journals of quotas, for cron. The same as `imip-admin update-quotas`.
exec "$(dirname "$(readlink -f "$0")")/../bin/imip-admin" update-quotas "$@"
