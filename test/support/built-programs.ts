// The programs as an administrator has them, built into a folder of their own, and a way to run them.
import { spawn } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { buildBundles } from '../../tools/dev/build.mjs'

const root = fileURLToPath(new URL('../..', import.meta.url))

export interface ProgramFolder {
  readonly path: string
  /** The path of a program in `bin`. */
  bin(name: string): string
  remove(): void
}

/** `bin`, the `tools` of administrators, and an empty `dist`. */
export function makeProgramFolder(): ProgramFolder {
  const path = mkdtempSync(join(tmpdir(), 'imip-programs-'))
  for (const part of ['bin', 'tools'])
    cpSync(join(root, part), join(path, part), { recursive: true, filter: (file) => !file.endsWith('dev') })
  symlinkSync(join(root, 'node_modules'), join(path, 'node_modules'))
  mkdirSync(join(path, 'dist'))
  return {
    path,
    bin: (name) => join(path, 'bin', name),
    remove: () => rmSync(path, { recursive: true, force: true }),
  }
}

export async function buildPrograms(): Promise<ProgramFolder> {
  const folder = makeProgramFolder()
  await buildBundles(join(folder.path, 'dist'))
  return folder
}

export interface Ending {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

export interface RunOptions {
  readonly input?: string | Uint8Array
  /** Instead of nothing but PATH. */
  readonly env?: Readonly<Record<string, string>>
  readonly cwd?: string
}

/** With standard input, output and error as pipes, as a mail system does it. */
export function runProgram(program: string, args: readonly string[], options: RunOptions = {}): Promise<Ending> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd: options.cwd,
      env: { PATH: process.env.PATH, ...options.env },
      stdio: ['pipe', 'pipe', 'pipe'],
    })
    const stdout: Buffer[] = []
    const stderr: Buffer[] = []
    child.stdout.on('data', (piece: Buffer) => stdout.push(piece))
    child.stderr.on('data', (piece: Buffer) => stderr.push(piece))
    // A program may end without reading its mail.
    child.stdin.on('error', () => undefined)
    child.stdin.end(options.input ?? '')
    child.on('error', reject)
    child.on('close', (code, signal) =>
      resolve({ code, signal, stdout: Buffer.concat(stdout).toString(), stderr: Buffer.concat(stderr).toString() }),
    )
  })
}
