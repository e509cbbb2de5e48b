#!/bin/sh
# Makes the directories. The same as `imip-admin init`.
exec "$(dirname "$(readlink -f "$0")")/../bin/imip-admin" init "$@"
