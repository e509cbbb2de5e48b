#!/bin/sh
# Makes a user's store and preferences ahead of time: init_user.sh mailto:USER@DOMAIN. The same as `imip-admin init-user`.
exec "$(dirname "$(readlink -f "$0")")/../bin/imip-admin" init-user "$@"
