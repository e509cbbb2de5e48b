// Nothing of a test stays behind: scratch folders and everything started in them go, also when the test process is killed.

import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmdirSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { isSearchableByOthers, makeScratchFolder } from '../support/mail-servers/scratch.ts'
import { waitUntil } from '../support/mail-servers/wait-until.ts'

const isRunning = (pid: number): boolean => {
  try {
    return !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
  } catch {
    return false
  }
}

const startPair = async (preparation = ''): Promise<readonly [number, number]> => {
  const parent = spawn('/bin/sh', ['-c', `${preparation} sleep 600 & echo $!; while :; do wait; done`], {
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
  })
  parent.unref()
  const child = await new Promise<number>((resolve) =>
    parent.stdout.once('data', (line: Buffer) => resolve(Number(line))),
  )
  return [parent.pid ?? 0, child]
}

test('a scratch folder is open to all users and goes with the processes in it, even stubborn ones', async () => {
  const scratch = makeScratchFolder()
  expect(isSearchableByOthers(scratch.path)).toBe(true)
  const [parent, child] = await startPair("trap '' TERM;")
  scratch.keepProcess(parent)
  expect([isRunning(parent), isRunning(child)]).toEqual([true, true])
  await scratch.remove()
  expect([isRunning(parent), isRunning(child)]).toEqual([false, false])
  expect(existsSync(scratch.path)).toBe(false)
})

test('the same happens when the test process is killed', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'imip-agent-'))
  const [parent, child] = await startPair()
  const keeper = join(import.meta.dirname, '..', 'support', 'mail-servers', 'scratch-keeper.sh')
  // Stands for the test process: it alone holds the pipe to the keeper.
  const script = `import('node:child_process').then(({ spawn }) => {
    const keeper = spawn(${JSON.stringify(keeper)}, [${JSON.stringify(folder)}], { detached: true, stdio: ['pipe', 'ignore', 'ignore'] })
    keeper.stdin.write('keep ${parent}\\n', () => process.kill(process.pid, 'SIGKILL'))
  })`
  spawn(process.execPath, ['-e', script], { stdio: 'ignore' })
  await waitUntil('the folder to go', () => !existsSync(folder))
  expect([isRunning(parent), isRunning(child)]).toEqual([false, false])
})

test('a process that is forgotten is left alone', async () => {
  const scratch = makeScratchFolder()
  const [parent, child] = await startPair()
  scratch.keepProcess(parent)
  scratch.forgetProcess(parent)
  await scratch.remove()
  expect([isRunning(parent), isRunning(child)]).toEqual([true, true])
  process.kill(parent, 'SIGKILL')
  process.kill(child, 'SIGKILL')
})

test('a folder only its owner may enter is not for mail servers', () => {
  const folder = mkdtempSync(join(tmpdir(), 'imip-agent-'))
  expect(statSync(folder).mode & 0o777).toBe(0o700)
  expect(isSearchableByOthers(folder)).toBe(false)
  rmdirSync(folder)
})
