#!/bin/sh
# Installs the Debian or Ubuntu packages the tests need, if it may; otherwise says which are missing and exits 1.
#
# Postfix, Dovecot, slapd the mail-server tests start private instances of them; no service of the machine is started
# Exim                    likewise; Debian lets only one mail system be installed, so its program is unpacked beside Postfix
# curl, procps            looking at servers and processes
# tzdata                  /usr/share/zoneinfo
# python3-dateutil        /usr/bin/python3 as the second opinion on recurrence rules
# apache2, nginx-light    serve published free/busy in a test; private instances, as of the mail servers
# opendkim, opendkim-tools signs and verifies in front of Postfix, where senders are told apart; private instances
# strace                  stops the real programs at each system call
# python3-vobject         reads published free/busy: a parser that is not ours
set -eu

packages='postfix postfix-ldap slapd dovecot-core dovecot-lmtpd dovecot-imapd curl procps tzdata python3-dateutil apache2 nginx-light python3-vobject opendkim opendkim-tools strace'

needed=$packages
exim=/usr/local/lib/imip-agent-tests/exim4

say() { printf '%s\n' "install-test-packages: $*" >&2; }

list_missing() {
  for package in $packages; do
    status=$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null || true)
    [ "$status" = installed ] || printf ' %s' "$package"
  done
}

give_up() {
  say "$1"
  say "missing:$missing"
  say "as root:  apt-get install --no-install-recommends$missing"
  exit 1
}

if ! command -v dpkg-query >/dev/null 2>&1; then
  missing=" $packages"
  give_up 'this is not Debian or Ubuntu (no dpkg-query); install what corresponds to these packages:'
fi

missing=$(list_missing)
[ -n "$missing" ] || [ ! -x "$exim" ] || exit 0

command -v apt-get >/dev/null 2>&1 || give_up 'there is no apt-get here.'

if [ "$(id -u)" = 0 ]; then
  as_root='env'
elif command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then
  as_root='sudo -n'
else
  give_up 'packages are missing, and this is neither root nor allowed to use sudo without a password.'
fi

say "installing$missing"

# Packages start their services when they are installed. 101 forbids it; a policy the machine already has is left alone.
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
  trap '$as_root rm -f "$policy"' EXIT
  trap 'exit 1' HUP INT TERM
  printf '#!/bin/sh\nexit 101\n' | $as_root tee "$policy" >/dev/null
  $as_root chmod 755 "$policy"
fi

# Postfix asks what kind of machine this is; the tests bring their own configuration. A configured Postfix keeps its own.
if [ ! -e /etc/postfix/main.cf ]; then
  echo 'postfix postfix/main_mailer_type select No configuration' | $as_root debconf-set-selections
fi
case $missing in *' slapd '* | *' slapd') echo 'slapd slapd/no_configuration boolean true' | $as_root debconf-set-selections ;; esac

lock='DPkg::Lock::Timeout=300'
$as_root apt-get -o "$lock" -q update || say 'apt-get update failed; trying with the package lists that are there.'

# --no-remove: where another mail system is installed, Postfix would take its place; that is for the administrator to decide.
install_packages() {
  $as_root env DEBIAN_FRONTEND=noninteractive apt-get -o "$lock" -q install -y --no-install-recommends --no-remove "$@"
}
# shellcheck disable=SC2086
[ -z "$missing" ] || install_packages $missing ||
  give_up 'apt-get could not install everything. Another mail system on this machine stands against Postfix: then use a container or another machine.'

# What was not here before shall not start with the machine either.
if [ -d /run/systemd/system ]; then
  case $missing in *' postfix '* | *' postfix') $as_root systemctl --quiet disable postfix || true ;; esac
  case $missing in *' dovecot-core '* | *' dovecot-core') $as_root systemctl --quiet disable dovecot dovecot.socket || true ;; esac
  case $missing in *' slapd '* | *' slapd') $as_root systemctl --quiet disable slapd || true ;; esac
  case $missing in *' apache2 '* | *' apache2') $as_root systemctl --quiet disable apache2 || true ;; esac
  case $missing in *' opendkim '* | *' opendkim') $as_root systemctl --quiet disable opendkim || true ;; esac
  case $missing in *' nginx-light '* | *' nginx-light') $as_root systemctl --quiet disable nginx || true ;; esac
fi

# Exim's own program, its libraries and its user, but neither its package nor its service. It must be setuid root even to read its configuration.
if [ ! -x "$exim" ]; then
  unpacked=$(mktemp -d)
  (cd "$unpacked" && apt-get -q download exim4-daemon-heavy && dpkg -x exim4-daemon-heavy_*.deb .) ||
    give_up 'apt-get could not fetch exim4-daemon-heavy.'
  packages=$(dpkg-deb -f "$unpacked"/*.deb Depends | tr ',' '\n' | sed -n 's/^ *\(lib[^ |]*\).*/\1/p' | tr '\n' ' ')
  libraries=$(list_missing)
  packages=$needed
  # shellcheck disable=SC2086
  [ -z "$libraries" ] || install_packages $libraries ||
    give_up 'apt-get could not install the libraries of Exim.'
  getent passwd Debian-exim >/dev/null ||
    $as_root useradd --system --user-group --no-create-home --shell /usr/sbin/nologin Debian-exim
  $as_root install -D -o root -g root -m 4755 "$unpacked/usr/sbin/exim4" "$exim"
  rm -rf "$unpacked"
fi

missing=$(list_missing)
[ -z "$missing" ] || give_up 'apt-get said it was done, but packages are still missing.'
say 'done.'
