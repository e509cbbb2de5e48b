// What the shell completes, asked of bash itself; and that manual pages are ones.
import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const path = (name: string): string => fileURLToPath(new URL(`../${name}`, import.meta.url))

function complete(...words: readonly string[]): readonly string[] {
  const script =
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the shell's own.
    'file=$1; shift; source "$file"; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _imip_admin; printf "%s\\n" "${COMPREPLY[@]}"'
  const args = ['-c', script, 'bash', path('conf/completion/imip-admin'), 'imip-admin', ...words]
  return execFileSync('bash', args, { encoding: 'utf8' }).trim().split('\n')
}

test.each([
  [['verd'], ['verdicts']],
  [
    ['quota', 'cars', '--un'],
    ['--unset-limit', '--unset-group'],
  ],
  [['preferences', 'room@example.com', 'TZ'], ['TZID']],
  [['bookings', 'room@example.com', '--fr'], ['--from']],
])('%j', (words, expected) => expect(complete(...words)).toEqual(expected))

const mandoc = ['/usr/bin/man', '/usr/bin/mandoc'].find((program) => existsSync(program))

// Debian's smallest systems have no program that reads manual pages.
test.skipIf(mandoc === undefined).each(readdirSync(path('man')))(
  'man/%s has no fault (where man or mandoc reads it)',
  (page) => {
    const args = mandoc?.endsWith('mandoc')
      ? ['-T', 'lint', '-W', 'error', path(`man/${page}`)]
      : ['--warnings', '-E', 'UTF-8', '-l', path(`man/${page}`)]
    const shown = execFileSync(mandoc ?? '', args, {
      encoding: 'utf8',
      env: { ...process.env, MANPAGER: 'cat', LC_ALL: 'C.UTF-8' },
    })
    if (!mandoc?.endsWith('mandoc')) expect(shown).toContain('NAME')
  },
)
