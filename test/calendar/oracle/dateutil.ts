// Debian's python3-dateutil as an oracle: asked for many rules in one process.
import { spawn, spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

export interface OracleJob {
  readonly start: string
  readonly rule: string
  readonly most: number
  /** IANA names of the zones the times are wanted in. */
  readonly zones: readonly string[]
}

export interface OracleAnswer {
  /** `done`, `timeout`, or the exception. */
  readonly ended: string
  /** Local times in order; with a time-out, those found until then. */
  readonly locals: readonly string[]
  readonly zones: readonly {
    readonly instants: readonly number[]
    /** Times not found yet are all later than this. */
    readonly sure: number | null
  }[]
}

const python = '/usr/bin/python3'
const script = fileURLToPath(new URL('./dateutil-oracle.py', import.meta.url))

/** Is the package python3-dateutil here? tools/dev/install-test-packages.sh brings it. */
export function hasDateutil(): boolean {
  return spawnSync(python, ['-c', 'import dateutil.rrule, zoneinfo']).status === 0
}

export async function askDateutil(jobs: readonly OracleJob[]): Promise<readonly OracleAnswer[]> {
  const child = spawn(python, [script], { stdio: ['pipe', 'pipe', 'inherit'] })
  const chunks: Buffer[] = []
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk))
  const closed = new Promise<void>((resolve, reject) => {
    child.on('close', () => resolve())
    child.on('error', reject)
  })
  child.stdin.end(jobs.map((job) => `${JSON.stringify(job)}\n`).join(''))
  await closed
  const lines = Buffer.concat(chunks).toString().split('\n')
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as OracleAnswer)
}
