// strace around a real program: which calls it makes that matter, and a stop or a refusal at one of them, from outside.
import { spawnSync } from 'node:child_process'
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ProgramFolder } from '../support/built-programs.ts'

/** What changes a disk, sends, or ends the program. `?`: not every machine has all of them. */
const changing = [
  ...['write', 'writev', 'pwrite64', 'pwritev', 'fsync', 'fdatasync', 'ftruncate', 'rename', 'renameat', 'renameat2'],
  ...['unlink', 'unlinkat', 'mkdir', 'mkdirat', 'rmdir', 'chmod', 'fchmod', 'fchmodat', 'connect', 'sendto', 'sendmsg'],
  ...['shutdown', 'exit_group'],
]
const opening = ['open', 'openat']

/** What is done to the program: at the call with this number of one of its threads, from there on where `lasting`. */
export interface Injection {
  readonly calls: 'changing' | 'opening'
  readonly at: number
  readonly what: 'kill' | { readonly error: string; readonly lasting?: true }
}

/** The calls with these numbers, from the first that has to do with the case's folder to the last. */
export interface Traced {
  readonly first: number
  readonly last: number
}

export interface TracedPrograms extends ProgramFolder {
  /** What happens to the programs that are started from here on. */
  inject(injection: Injection | undefined): void
  /** Programs that are started from here on are written down; what the last one did is read. */
  trace(): void
  readTrace(calls: Injection['calls'], folder: string): Traced
}

/** Nothing where strace is not there, or may not look at programs. */
export function canTrace(): boolean {
  return spawnSync('strace', ['-qq', '-o', '/dev/null', 'true']).status === 0
}

/** The programs, each behind a script that starts strace or does not. */
export function makeTracedPrograms(programs: ProgramFolder): TracedPrograms {
  const path = mkdtempSync(join(tmpdir(), 'imip-traced-'))
  const log = join(path, 'trace')
  let around: readonly string[] = []
  const strace = (...more: readonly string[]) => ['strace', '-f', '-qq', '--seccomp-bpf', '-y', ...more]
  return {
    path: programs.path,
    bin(name) {
      const script = join(path, name)
      const words = [...around, programs.bin(name)].map((word) => `'${word}'`).join(' ')
      writeFileSync(script, `#!/bin/sh\nexec ${words} "$@"\n`)
      chmodSync(script, 0o755)
      return script
    },
    remove() {
      rmSync(path, { recursive: true, force: true })
    },
    inject(injection) {
      around = injection ? strace('-o', '/dev/null', ...showInjection(injection)) : []
    },
    trace() {
      around = strace('-o', log, '-e', `trace=${nameCalls([...changing, ...opening])}`)
    },
    readTrace: (calls, folder) => readTrace(readFileSync(log, 'latin1'), calls, folder),
  }
}

function nameCalls(calls: readonly string[]): string {
  return calls.map((call) => `?${call}`).join(',')
}

function showInjection({ calls, at, what }: Injection): readonly string[] {
  const names = nameCalls(calls === 'changing' ? changing : opening)
  const done = what === 'kill' ? 'signal=KILL' : `error=${what.error}`
  const isLasting = what !== 'kill' && what.lasting
  return ['-e', `trace=${names}`, '-e', `inject=${names}:${done}:when=${at}${isLasting ? '+' : ''}`]
}

/** Of the thread that works with the folder most; strace counts for each thread by itself. */
function readTrace(text: string, calls: Injection['calls'], folder: string): Traced {
  const names = new Set(calls === 'changing' ? changing : opening)
  const threads = new Map<string, { last: number; first: number; ours: number }>()
  for (const line of text.split('\n')) {
    const [, thread, call] = /^(\d+) +(\w+)\(/.exec(line) ?? []
    if (thread === undefined || call === undefined) continue
    const found = threads.get(thread) ?? { last: 0, first: Number.MAX_SAFE_INTEGER, ours: 0 }
    if (names.has(call)) found.last += 1
    if (line.includes(folder)) {
      found.ours += 1
      found.first = Math.min(found.first, Math.max(1, found.last))
    }
    threads.set(thread, found)
  }
  const [most] = [...threads.values()].sort((a, b) => b.ours - a.ours)
  return most && most.ours > 0 ? { first: most.first, last: most.last } : { first: 1, last: 0 }
}
