// The calendar agents made ready for a private mail system: programs that its user may run, folders of its own, a configuration.

import { execFile, execFileSync } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  constants,
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import type { ScratchFolder } from './scratch.ts'
import { isSearchableByOthers, readTail } from './scratch.ts'
import { checkoutFolder } from './shipped-file.ts'

export interface Agents {
  /** The folder of imip-person and the others. */
  readonly programs: string
  readonly configuration: string
  readonly store: string
  readonly preferences: string
  readonly journal: string
  readonly publish: string
  /** Whom the agents run as. */
  readonly user: string
  readonly group: string
  /** What they need in their environment. */
  readonly environment: Readonly<Record<string, string>>
  /** Sets a preference of a user, given by address, as an administrator does by writing the file. */
  writePreference(address: string, name: string, value: string): void
  /** Runs imip-admin as that user and answers its standard output. */
  runAdmin(...args: readonly string[]): Promise<string>
  readLog(): string
  readLogTail(): string
}

/** nobody and nogroup exist on every Debian and have the same numbers there. */
const runner = { user: 'nobody', group: 'nogroup', uid: 65_534, gid: 65_534 }

/** Settings beside those that name the folders, as they stand in config.toml. */
export type Settings = Readonly<Record<string, string | number | boolean | readonly string[]>>

export const installAgents = (scratch: ScratchFolder, settings: Settings = {}): Agents => {
  const folder = join(scratch.path, 'agents')
  mkdirSync(folder)
  const made = Object.fromEntries(
    ['store', 'preferences', 'journal', 'publish', 'log'].map((name) => {
      const path = join(folder, name)
      mkdirSync(path, { mode: 0o770 })
      chownSync(path, runner.uid, runner.gid)
      return [name, path] as const
    }),
  )
  const { store = '', preferences = '', journal = '', publish = '' } = made
  const log = join(folder, 'log', 'agent.log')
  const configuration = join(folder, 'config.toml')
  const all: Settings = {
    store_dir: store,
    preferences_dir: preferences,
    journal_dir: journal,
    publish_dir: publish,
    log,
    ...settings,
  }
  writeFileSync(
    configuration,
    Object.entries(all)
      .map(([name, value]) => `${name} = ${JSON.stringify(value)}\n`)
      .join(''),
  )
  const programs = placePrograms(scratch)
  const environment = { IMIP_AGENT_NODE: placeNode(scratch) }
  return {
    programs,
    configuration,
    store,
    preferences,
    journal,
    publish,
    user: runner.user,
    group: runner.group,
    environment,
    writePreference: (address, name, value) => {
      const place = join(preferences, `mailto:${address}`)
      mkdirSync(place, { recursive: true })
      writeFileSync(join(place, name), `${value}\n`)
    },
    runAdmin: async (...args) => {
      const { stdout } = await promisify(execFile)(join(programs, 'imip-admin'), [...args, '-c', configuration], {
        cwd: '/',
        uid: runner.uid,
        gid: runner.gid,
        env: { PATH: '/usr/bin:/bin', LANG: 'C', ...environment },
      })
      return stdout
    },
    readLog: () => (existsSync(log) ? readFileSync(log, 'utf8') : ''),
    readLogTail: () => readTail(log),
  }
}

/** Where the agents' user can run them: in the checkout, or in a copy if the checkout is in a private folder such as /root. */
const placePrograms = (scratch: ScratchFolder): string => {
  for (const needed of ['bin/imip-person', 'bin/imip-resource', 'dist']) {
    if (!existsSync(join(checkoutFolder, needed))) throw new Error(`${needed} is not there: run npm run build.`)
  }
  if (isSearchableByOthers(join(checkoutFolder, 'bin')) && isSearchableByOthers(join(checkoutFolder, 'dist'))) {
    return join(checkoutFolder, 'bin')
  }
  const copy = join(scratch.path, 'imip-agent')
  const parts = [
    'package.json',
    'bin',
    'conf',
    'dist',
    ...listRuntimePackages('.').map((name) => join('node_modules', name)),
  ]
  mkdirSync(copy)
  execFileSync('cp', ['-a', '--parents', ...parts, copy], { cwd: checkoutFolder })
  execFileSync('chmod', ['-R', 'a+rX', copy])
  return join(copy, 'bin')
}

// The same Node as runs the tests, wherever it is: an administrator's stands in the PATH of the mail system.
const placeNode = (scratch: ScratchFolder): string => {
  const node = realpathSync(process.execPath)
  if (isSearchableByOthers(dirname(node))) return node
  const copy = join(scratch.path, 'node')
  copyFileSync(node, copy, constants.COPYFILE_FICLONE)
  chmodSync(copy, 0o755)
  return copy
}

interface PackageFile {
  readonly dependencies?: Readonly<Record<string, string>>
}

// The names of the packages that the one in the folder needs when it runs, their own needs included.
const listRuntimePackages = (folder: string, known: Set<string> = new Set()): readonly string[] => {
  const { dependencies = {} } = JSON.parse(
    readFileSync(join(checkoutFolder, folder, 'package.json'), 'utf8'),
  ) as PackageFile
  for (const name of Object.keys(dependencies)) {
    const place = join('node_modules', name)
    if (known.has(name) || !existsSync(join(checkoutFolder, place))) continue
    known.add(name)
    listRuntimePackages(place, known)
  }
  return [...known]
}
