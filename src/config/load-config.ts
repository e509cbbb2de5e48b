// Configuration: defaults, then the file, then the environment, then options; every fault says where, which setting and why.
import { readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { findOpenFolder, findOpenPlace } from '../closed-place.ts'
import { TemporaryFailure } from '../failure.ts'
import { type Configuration, checkSetting, makeCamelCase, options } from './options.ts'
import { isUnfit, type Kind, type KindValues, kinds, type Unfit } from './setting-kinds.ts'
import { findTomlLine, parseToml } from './toml.ts'

export const defaultConfigFile = '/etc/imip-agent/config.toml'

export interface ConfigSources {
  /** Option -c; without it the default file, which may be missing. */
  readonly file?: string | undefined
  readonly environment: Readonly<Record<string, string | undefined>>
  /** From --set and options, later ones win. */
  readonly overrides: readonly ConfigOverride[]
}

export interface ConfigOverride {
  readonly name: string
  readonly value: string
  /** Where it came from, for faults: `--set`, `option -S`. */
  readonly from: string
}

export interface LoadedConfig {
  /** What could be used; the default stands for what could not. */
  readonly configuration: Configuration
  /** Each a line for the administrator: file, line, setting, reason. */
  readonly faults: readonly string[]
}

/** The configuration; throws a TemporaryFailure that names every fault. */
export function loadConfig(sources: ConfigSources): Configuration {
  const { configuration, faults } = readConfig(sources)
  if (faults.length > 0) throw new TemporaryFailure(faults.join('; '))
  return configuration
}

/** Like `loadConfig` for those who go on in spite of faults: the doctor, and `PASS`. */
export function readConfig(sources: ConfigSources): LoadedConfig {
  const values = new Map<string, KindValues[Kind]>()
  const faults: string[] = []
  for (const [name, setting] of options) values.set(name, setting.default)

  const put: Put = (name, where, parse) => {
    const setting = options.get(name)
    if (setting === undefined) {
      faults.push(`${where()}: setting ${shorten(name)}: is not known`)
      return
    }
    const value = parse(setting.kind)
    const unfit = isUnfit(value) ? value : checkSetting(setting, value)
    if (unfit !== undefined) faults.push(`${where()}: setting ${name}: ${unfit.reason}`)
    else if (!isUnfit(value)) values.set(name, value)
  }

  readFile(sources.file, faults, put)
  for (const variable of Object.keys(sources.environment)) {
    if (!variable.startsWith(environmentPrefix) || wrapperVariables.has(variable)) continue
    const text = sources.environment[variable] ?? ''
    const name = variable.slice(environmentPrefix.length).toLowerCase()
    put(
      name,
      () => `environment, ${variable}`,
      (kind) => kinds[kind].parseText(text),
    )
  }
  for (const { name, value, from } of sources.overrides) {
    const text = isRelativePath(name, value) ? resolve(value) : value
    put(
      name,
      () => from,
      (kind) => kinds[kind].parseText(text),
    )
  }

  const configuration = Object.fromEntries([...values].map(([name, value]) => [makeCamelCase(name), value]))
  return { configuration: configuration as unknown as Configuration, faults }
}

/** A path on the command line begins where its user stands. */
function isRelativePath(name: string, value: string): boolean {
  const kind = options.get(name)?.kind
  if (name === 'log') return !['', 'journal', 'syslog'].includes(value)
  return kind === 'path' || (kind === 'endpoint' && /^[^/:]+\//.test(value))
}

const environmentPrefix = 'IMIP_AGENT_'

/** Read by the programs in bin/ before there is a configuration. */
const wrapperVariables: ReadonlySet<string> = new Set(['IMIP_AGENT_TIME_LIMIT', 'IMIP_AGENT_NODE'])

/** `where` is asked only when there is a fault to report. */
type Put = (name: string, where: () => string, parse: (kind: Kind) => KindValues[Kind] | Unfit) => void

function readFile(wanted: string | undefined, faults: string[], put: Put): void {
  const file = wanted ?? defaultConfigFile
  const text = readText(file, wanted === undefined, faults)
  if (text === undefined) return
  const toml = parseToml(text)
  if (toml.kind === 'toml-fault') {
    faults.push(`${file}, line ${toml.line}: ${toml.reason}`)
    return
  }
  for (const [name, raw] of Object.entries(toml.values))
    put(
      name,
      () => `${file}, line ${findTomlLine(text, name)}`,
      (kind) => kinds[kind].parseRaw(raw),
    )
}

function readText(file: string, mayBeMissing: boolean, faults: string[]): string | undefined {
  try {
    const text = readFileSync(file, 'utf8')
    const open = findOpenPlace(file) ?? findOpenFolder(dirname(file))
    if (open !== undefined) faults.push(open)
    return text
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
    if (mayBeMissing && code === 'ENOENT') return undefined
    faults.push(`${file}: cannot be read: ${readReasons[code] ?? code}`)
    return undefined
  }
}

const readReasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EACCES: 'this user may not read it',
  EISDIR: 'it is a directory',
}

function shorten(name: string): string {
  return JSON.stringify(name.slice(0, 80))
}
