// Starts a server in the foreground as a child of the test, tells when it is ready, and ends it together with its descendants.

import { execFile, spawn } from 'node:child_process'
import { existsSync, openSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { ScratchFolder } from './scratch.ts'
import { readTail } from './scratch.ts'
import { waitUntil } from './wait-until.ts'

export interface ServerProcess {
  readonly pid: number
  stop(): Promise<void>
}

export interface ServerCommand {
  /** For messages and file names, such as "postfix". */
  readonly name: string
  readonly program: string
  readonly args: readonly string[]
  readonly isReady: () => boolean | Promise<boolean>
  /** Logs whose ends are shown if the server does not start. */
  readonly logs: readonly string[]
}

export const startServer = async (scratch: ScratchFolder, command: ServerCommand): Promise<ServerProcess> => {
  const output = join(scratch.path, `${command.name}.output`)
  const descriptor = openSync(output, 'a')
  const child = spawn(command.program, command.args, {
    cwd: '/',
    detached: true,
    env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LANG: 'C' },
    stdio: ['ignore', descriptor, descriptor],
  })
  child.unref()
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => resolve())
    child.once('error', () => resolve())
  })
  const { pid } = child
  if (pid === undefined) throw new Error(`${command.name} could not be started: ${command.program}`)
  scratch.keepProcess(pid)
  const hasEnded = () => child.exitCode !== null || child.signalCode !== null
  const explain = () => [output, ...command.logs].map((file) => readTail(file)).join('')
  await waitUntil(
    `${command.name} to be ready`,
    async () => {
      if (hasEnded())
        throw new Error(`${command.name} ended at once (${child.exitCode ?? child.signalCode})\n${explain()}`)
      return await command.isReady()
    },
    { explain },
  )
  return {
    pid,
    stop: async () => {
      if (!hasEnded()) {
        await promisify(execFile)(join(import.meta.dirname, 'end-process-tree.sh'), [String(pid)])
        await ended
      }
      scratch.forgetProcess(pid)
    },
  }
}

// Below the range from which the kernel takes ports for outgoing connections, so that none of those gets in the way.
const lowestPort = 10_000
const highestPort = 29_999

const isPortFree = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })

const givenPorts = new Set<number>()

export const findFreePort = async (): Promise<number> => {
  for (;;) {
    const port = lowestPort + Math.floor(Math.random() * (highestPort - lowestPort + 1))
    if (givenPorts.has(port)) continue
    if (!(await isPortFree(port))) continue
    givenPorts.add(port)
    return port
  }
}

/** Fails with the words an administrator needs when the packages are not there or we are not root. */
export const requireMailServers = (...programs: readonly string[]): void => {
  const missing = programs.filter((program) => !existsSync(program))
  if (missing.length > 0) {
    throw new Error(
      `Not installed: ${missing.join(', ')}. As root, run tools/dev/install-test-packages.sh, or tools/test.sh.`,
    )
  }
  if (process.getuid?.() !== 0) {
    throw new Error(
      'The mail servers in the tests must be started by root (Postfix insists on it): run tools/test.sh as root or with sudo.',
    )
  }
}
