// imip-lmtpd as the mail systems meet it: run by the agents' user, its sockets in a folder that has the group of the mail system.

import { execFile } from 'node:child_process'
import { chmodSync, chownSync, existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Agents } from './agents.ts'
import type { ScratchFolder } from './scratch.ts'
import { type ServerProcess, startServer } from './server-process.ts'

export interface DaemonOptions {
  /** The folder of its sockets. */
  readonly folder: string
  readonly agents: Agents
  /** Options of the agents, such as -l and the socket of the mailboxes. */
  readonly options: readonly string[]
}

/** Made before the mail system that names it. */
export const makeSocketFolder = async (folder: string, group: string): Promise<void> => {
  mkdirSync(folder)
  const { stdout } = await promisify(execFile)('/usr/bin/getent', ['group', group])
  chownSync(folder, 65_534, Number(stdout.split(':')[2]))
  chmodSync(folder, 0o2750)
}

export const startDaemon = (
  scratch: ScratchFolder,
  { folder, agents, options }: DaemonOptions,
): Promise<ServerProcess> => {
  const roles = ['person', 'person-outgoing', 'resource'].flatMap((role) => [`--${role}`, join(folder, role)])
  const words = [join(agents.programs, 'imip-lmtpd'), '-c', agents.configuration, ...roles, ...options]
  // The environment and the user are those of the service.
  const start = `${folder}.start`
  const environment = Object.entries(agents.environment).map(([name, value]) => `${name}='${value}'`)
  writeFileSync(
    start,
    `#!/bin/sh\nexec setpriv --reuid ${agents.user} --regid ${agents.group} --clear-groups env ${environment.join(' ')} ${words.map((word) => `'${word}'`).join(' ')}\n`,
    { mode: 0o755 },
  )
  return startServer(scratch, {
    name: 'imip-lmtpd',
    program: start,
    args: [],
    isReady: () => ['person', 'person-outgoing', 'resource'].every((role) => existsSync(join(folder, role))),
    logs: [],
  })
}
