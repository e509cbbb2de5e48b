// The programs of bin/ with a dist/ of their own, built of the sources as they are now: no other test can be building the same.
import { spawn } from 'node:child_process'
import { cpSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildBundles } from '../../tools/dev/build.mjs'

export interface BuiltPrograms {
  run(program: string, args: readonly string[], input?: Uint8Array | string): Promise<ProgramEnd>
  remove(): void
}

export interface ProgramEnd {
  readonly code: number | null
  readonly output: string
  readonly errors: string
}

const project = join(import.meta.dirname, '..', '..')

export async function buildPrograms(): Promise<BuiltPrograms> {
  const folder = mkdtempSync(join(tmpdir(), 'programs-'))
  cpSync(join(project, 'bin'), join(folder, 'bin'), { recursive: true })
  symlinkSync(join(project, 'node_modules'), join(folder, 'node_modules'))
  await buildBundles(join(folder, 'dist'))
  return {
    run: (program, args, input) => runProgram(join(folder, 'bin', program), args, input ?? ''),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}

/** As a mail system runs them: no terminal, little in the environment, the Node of the tests. */
function runProgram(path: string, args: readonly string[], input: Uint8Array | string): Promise<ProgramEnd> {
  return new Promise((resolve, reject) => {
    const child = spawn(path, args, {
      cwd: '/',
      env: { PATH: '/usr/bin:/bin', LANG: 'C', IMIP_AGENT_NODE: process.execPath, TMPDIR: tmpdir() },
      stdio: ['pipe', 'pipe', 'pipe'],
    })
    const output: Buffer[] = []
    const errors: Buffer[] = []
    child.stdout.on('data', (piece: Buffer) => output.push(piece))
    child.stderr.on('data', (piece: Buffer) => errors.push(piece))
    child.on('error', reject)
    child.on('close', (code) =>
      resolve({ code, output: Buffer.concat(output).toString(), errors: Buffer.concat(errors).toString() }),
    )
    // A program that ends before it has read all is judged by its exit code.
    child.stdin.on('error', () => {})
    child.stdin.end(input)
  })
}
