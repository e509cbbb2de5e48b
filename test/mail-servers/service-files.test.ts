// The files for systemd, read by systemd's own tools, where they are there; they need no running systemd.

import { execFileSync, spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { checkoutFolder } from '../support/mail-servers/shipped-file.ts'

let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'services-'))
})

afterEach(() => rmSync(folder, { recursive: true, force: true }))

const analyze = '/usr/bin/systemd-analyze'
const sysusers = '/usr/bin/systemd-sysusers'
const tmpfiles = '/usr/bin/systemd-tmpfiles'
const isRoot = process.getuid?.() === 0

const copyUnit = (): string => {
  const unit = join(folder, 'imip-lmtpd.service')
  const text = readFileSync(join(checkoutFolder, 'conf/systemd/imip-lmtpd.service'), 'utf8')
  // It looks whether the program is there.
  writeFileSync(unit, text.replaceAll('/usr/lib/imip-agent', checkoutFolder))
  return unit
}

test.skipIf(!existsSync(analyze))(
  'the service has no fault, and little is exposed (where systemd-analyze is installed)',
  () => {
    const unit = copyUnit()
    const verified = spawnSync(analyze, ['verify', unit], { encoding: 'utf8' })
    expect(verified.stderr.split('\n').filter((line) => line.includes('imip-lmtpd'))).toEqual([])
    const security = spawnSync(analyze, ['security', '--offline=true', unit], { encoding: 'utf8' })
    // Older ones look at running services only.
    const level = /exposure level for imip-lmtpd\.service: ([0-9.]+)/.exec(security.stdout)?.[1]
    if (level !== undefined) expect(Number(level)).toBeLessThan(3)
  },
)

test.skipIf(!(isRoot && existsSync(sysusers) && existsSync(tmpfiles)))(
  'user and directories are made as they say (as root, where systemd-sysusers and systemd-tmpfiles are installed)',
  () => {
    mkdirSync(join(folder, 'etc'))
    for (const kind of ['sysusers.d', 'tmpfiles.d'])
      cpSync(join(checkoutFolder, 'conf', kind), join(folder, 'etc', kind), { recursive: true })
    writeFileSync(join(folder, 'etc/passwd'), 'root:x:0:0:root:/root:/bin/sh\n')
    writeFileSync(join(folder, 'etc/group'), 'root:x:0:\nadm:x:4:\npostfix:x:111:\n')
    execFileSync(sysusers, [`--root=${folder}`, 'imip-agent.conf'], { stdio: 'ignore' })
    expect(readFileSync(join(folder, 'etc/passwd'), 'utf8')).toMatch(/^imip-agent:.*:\/var\/lib\/imip-agent:/m)
    execFileSync(tmpfiles, [`--root=${folder}`, '--create', 'imip-agent.conf'], { stdio: 'ignore' })
    const made = execFileSync('stat', ['-c', '%a %g', 'run/imip-agent', 'var/lib/imip-agent/store'], {
      cwd: folder,
      encoding: 'utf8',
    })
    expect(made).toMatch(/^2750 111\n2770 [0-9]+\n$/)
  },
)
