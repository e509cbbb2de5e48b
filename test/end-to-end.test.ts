// The cases that say `@ also executables`, through the real programs: file store, a mailbox by LMTP, a mail system by SMTP.
import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { buildPrograms, type ProgramFolder, runProgram } from './support/built-programs.ts'
import { type CaseFile, parseCaseFile } from './support/case-file.ts'
import { listCases } from './support/case-list.ts'
import { makeProgramWorld } from './support/case-programs.ts'
import { makeCaseError, runCase } from './support/case-runner.ts'
import { type CaseWorld, makeCaseFolder } from './support/case-world.ts'
import { makeFixedClock } from './support/fixed-clock.ts'
import { startReceiver } from './support/lmtp-receiver.ts'

const chosen = listCases().map(readCase).filter(isForExecutables)
let programs: ProgramFolder

beforeAll(async () => {
  programs = await buildPrograms()
  await compileBeforehand(programs)
}, 120_000)

afterAll(() => programs?.remove())

// Each has a folder and receivers of its own. Most of the time is spent waiting for a program, so some run at once (vitest: five).
test.concurrent.each(chosen.map((file) => [file.path, file] as const))(
  '%s',
  async (_, file) => {
    const world = await makeProgramWorld(programs, makeFixedClock('1970-01-01T00:00:00Z'))
    try {
      const { misfits } = await runCase(file, world)
      if (misfits.length > 0) throw makeCaseError(file, world.name, misfits)
      await expectShownByAdmin(world)
    } finally {
      await world.close()
    }
  },
  120_000,
)

test('at least ten cases run through the programs', () => {
  expect(chosen.length).toBeGreaterThanOrEqual(10)
})

test("a person's mail by local SMTP goes to local+USER@DOMAIN, with its own sender and its own bytes", async () => {
  const mailSystem = await startReceiver({ protocol: 'smtp', listen: 'port' })
  const folder = makeCaseFolder()
  const mail = readFileSync(join(import.meta.dirname, 'mails/outlook-request-weekly.eml'))
  try {
    const places = [
      '-c',
      '/dev/null',
      '-S',
      folder.store,
      '-p',
      folder.preferences,
      '--set',
      `log=${folder.path}/agent.log`,
    ]
    const way = ['-L', '--smtp', mailSystem.address, '-s', 'kim@example.org', '-o', 'Pat@example.com']
    const ending = await runProgram(programs.bin('imip-person'), [...places, ...way], {
      input: mail,
      env: { IMIP_AGENT_NODE: process.execPath },
    })
    expect(ending).toMatchObject({ code: 0, stdout: '', stderr: '' })
    expect(mailSystem.mails).toMatchObject([{ sender: 'kim@example.org', recipients: ['local+Pat@example.com'] }])
    expect(mailSystem.mails[0]?.bytes.toString()).toBe(mail.toString().replaceAll('\n', '\r\n'))
  } finally {
    await mailSystem.close()
    rmSync(folder.path, { recursive: true, force: true })
  }
})

/** The text in the cases is what administrators see. */
async function expectShownByAdmin(world: CaseWorld): Promise<void> {
  for (const user of await world.listUsers()) {
    const args = ['show-store', user, '-c', '/dev/null', '-S', join(world.folder, 'store')]
    const ending = await runProgram(programs.bin('imip-admin'), args, { env: { IMIP_AGENT_NODE: process.execPath } })
    expect(ending).toMatchObject({ code: 0, stderr: '' })
    expect(ending.stdout.split('\n').filter((line) => line !== '')).toEqual(await world.showStore(user))
  }
}

/** As an administrator does it once: the programs start faster, and what they run is what sites run. */
async function compileBeforehand(folder: ProgramFolder): Promise<void> {
  const { path, store, preferences } = makeCaseFolder()
  const places = {
    preferences_dir: preferences,
    journal_dir: join(path, 'journal'),
    publish_dir: join(path, 'publish'),
  }
  const settings = Object.entries({ ...places, log: join(path, 'agent.log') }).flatMap(([name, value]) => [
    '--set',
    `${name}=${value}`,
  ])
  try {
    const ending = await runProgram(folder.bin('imip-admin'), ['init', '-c', '/dev/null', '-S', store, ...settings], {
      env: { IMIP_AGENT_NODE: process.execPath },
    })
    expect(ending).toMatchObject({ code: 0, stdout: expect.stringContaining('code cache') })
  } finally {
    rmSync(path, { recursive: true, force: true })
  }
}

function readCase(path: string): CaseFile {
  return parseCaseFile(path, readFileSync(join(import.meta.dirname, '..', path), 'utf8'))
}

function isForExecutables({ blocks }: CaseFile): boolean {
  return blocks.some((block) => block.kind === 'scene' && block.scene === 'also-executables')
}
