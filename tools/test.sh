#!/bin/bash
# Passes all tests, from a fresh clone on Debian or Ubuntu with Node: packages, node_modules, types, lint, build, every test.
# Nothing is skipped: what is missing and may not be installed is named, and the run fails.
#
# The mail-server tests start private Postfix and Dovecot instances, and Postfix insists on root. So: as root, or as a user who may use
# sudo without a password.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

say() { printf '%s\n' "test.sh: $*" >&2; }

fail() {
  say "$*"
  exit 1
}

# The kernel locks, /proc and the mail servers are Linux.
[ "$(uname -s)" = Linux ] || fail 'the tests need Linux.'

command -v node >/dev/null || fail 'there is no node in the PATH; install Node 20 or newer with npm.'
command -v npm >/dev/null || fail 'there is no npm in the PATH; Debian has it in the package npm, the builds of nodejs.org bring it along.'
node -e 'process.exit(Number(process.versions.node.split(".")[0]) >= 20 ? 0 : 1)' ||
  fail "this is Node $(node --version); Node 20 or newer is needed."

tools/dev/install-test-packages.sh || fail 'Debian packages are missing (above); nothing was tested.'

# The hidden lock file is written at the end of an installation, so an interrupted one is done again.
if [ ! -e node_modules/.package-lock.json ] || [ package-lock.json -nt node_modules/.package-lock.json ]; then
  say 'installing node_modules'
  npm ci --no-audit --no-fund || fail 'npm ci failed; nothing was tested.'
fi

# Licences, digests, and signatures where the registry offers them; where it does not, the line says so.
node tools/dev/audit-dependencies.mjs --signatures || fail 'a package is not as it should be (above); nothing was tested.'

# Certificates of the machine's own make every start of Node slower, and the tests measure and need none.
unset NODE_EXTRA_CA_CERTS

check=(npm run --silent check)
owner=$(id -u):$(id -g)
if [ "$(id -u)" != 0 ]; then
  if command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
    check=(sudo -n -H env "PATH=$PATH" NO_COLOR=1 "${check[@]}")
  else
    say 'neither root nor allowed to use sudo without a password: the mail-server tests are going to fail.'
  fi
fi

# Shown as it comes, as plain text, and kept to be counted.
output=$(mktemp)
trap 'rm -f "$output"' EXIT
unset FORCE_COLOR
export NO_COLOR=1
status=0
"${check[@]}" 2>&1 | tee "$output" || status=${PIPESTATUS[0]}

# What root leaves in the checkout is given back to its owner.
if [ "${check[0]}" = sudo ]; then
  for made in dist node_modules/.vite coverage; do
    [ ! -e "$made" ] || sudo -n chown -R "$owner" "$made"
  done
fi

# The closing line, counted from vitest's: "Tests  2 failed | 30 passed | 1 skipped (33)".
# Where a file failed before its first test, the file is counted.
find_counts() { grep -E "^ *$1 +[0-9]" "$output" | tail -n 1 || true; }
count() { grep -oE "[0-9]+ $1" <<<"$2" | grep -oE '[0-9]+' || echo 0; }
tests=$(find_counts Tests)
if [ -n "$tests" ]; then
  failed=$(count failed "$tests")
  [ "$failed" != 0 ] || failed=$(count failed "$(find_counts 'Test Files')")
  skipped=$(count skipped "$tests")
  line="$(count passed "$tests") passed, $failed failed"
  [ "$skipped" = 0 ] || line="$line, $skipped skipped"
  printf '%s\n' "$line"
else
  say 'the check ended before the tests.'
fi
exit "$status"
