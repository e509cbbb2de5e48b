// The rooms of src, who may know whom, purity, and one door for each foreign package. docs/architecture.md says why.
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { describe, expect, it } from 'vitest'

const root = join(import.meta.dirname, '..', 'src')

interface SourceFile {
  /** Below src, with slashes. */
  readonly path: string
  readonly room: string
  readonly text: string
  readonly imports: readonly Import[]
}

interface Import {
  readonly from: string
  readonly isType: boolean
}

const files = readSources()

/** These stand beside the rooms. */
const beside = ['closed-place', 'failure', 'file-names', 'log', 'make-directory']

/** What the shell may import: all rooms of the core, and those that carry out. */
const below = [
  'calendar',
  'preferences',
  'freebusy',
  'text',
  'itip',
  'scheduling',
  'agents',
  'mail',
  'mail/transport',
  'zones',
  'store',
  'config',
  ...beside,
]

/** A room may import itself and these. */
const arrows: Readonly<Record<string, readonly string[]>> = {
  calendar: [],
  preferences: ['calendar', 'closed-place', 'failure', 'file-names', 'make-directory'],
  freebusy: ['calendar', 'preferences'],
  text: ['calendar'],
  itip: ['calendar', 'freebusy'],
  scheduling: ['calendar', 'freebusy', 'itip', 'preferences'],
  agents: ['calendar', 'freebusy', 'itip', 'scheduling', 'preferences', 'text'],
  mail: ['calendar', 'itip', 'freebusy', 'text'],
  'mail/transport': ['mail'],
  zones: ['calendar'],
  store: ['calendar', 'closed-place', 'freebusy', 'itip', 'agents', 'mail', 'failure', 'file-names', 'make-directory'],
  config: ['calendar', 'closed-place', 'preferences', 'failure'],
  ...Object.fromEntries(beside.map((file) => [file, []])),
  // How a time is written.
  log: ['calendar'],
  pipeline: below,
  cli: [...below, 'pipeline'],
  admin: [...below, 'pipeline', 'cli'],
  daemon: [
    'pipeline',
    'calendar',
    'mail',
    'mail/transport',
    'store',
    'config',
    'failure',
    'log',
    // Options, and the way to the large bundle.
    'cli',
  ],
}

/** Files of a room that touch the outside, each for a reason; the rest of the room stays pure. */
const shellFiles: Readonly<Record<string, readonly string[]>> = {
  preferences: ['preferences/read-preferences.ts', 'preferences/write-preference.ts'],
  mail: ['mail/read-mail.ts'],
}

const pureRooms = ['calendar', 'preferences', 'freebusy', 'text', 'itip', 'scheduling', 'agents', 'mail']

/** What a pure room must not contain, and why it is none of its business. */
const impure: readonly (readonly [RegExp, string])[] = [
  [/from 'node:|import\('node:|require\('node:/, 'the machine'],
  [/\bDate\.now\(|\bnew Date\(\)|\bperformance\b/, 'the clock'],
  [/\bMath\.random\(|\brandomUUID\b|\bcrypto\b/, 'chance'],
  [/\bconsole\.|\bprocess\./, 'the process'],
  [/\basync\b|\bawait\b|\bPromise\b/, 'waiting'],
]

/** Each foreign package has one door: exactly one file imports it. */
const doors: Readonly<Record<string, string>> = {
  'ical.js': 'calendar/ical.ts',
  mailparser: 'mail/read-mail.ts',
  'smol-toml': 'config/toml.ts',
  commander: 'admin/command-line.ts',
}

describe('rooms', () => {
  it('are all known', () => {
    expect([...new Set(files.map((file) => file.room))].filter((room) => !(room in arrows))).toEqual([])
  })

  it('import only what the table allows', () => {
    const wrong = files.flatMap((file) =>
      file.imports
        .filter(({ from }) => from.startsWith('.'))
        .map(({ from }) => roomOf(relative(root, join(root, dirname(file.path), from))))
        .filter((room) => room !== file.room && !arrows[file.room]?.includes(room))
        .map((room) => `${file.path} → ${room}`),
    )
    expect(wrong).toEqual([])
  })

  it('that are pure know neither machine nor clock nor chance, and never wait', () => {
    const wrong = files
      .filter((file) => pureRooms.includes(file.room) && !shellFiles[file.room]?.includes(file.path))
      .flatMap((file) =>
        impure
          .filter(([pattern]) => pattern.test(withoutComments(file.text)))
          .map(([, what]) => `${file.path}: ${what}`),
      )
    expect(wrong).toEqual([])
  })

  it('have their exceptions where the table says', () => {
    for (const path of Object.values(shellFiles).flat()) expect(files.map((file) => file.path)).toContain(path)
  })
})

describe('foreign packages', () => {
  it('have one door each', () => {
    const users = new Map<string, string[]>()
    for (const file of files)
      for (const { from, isType } of file.imports) {
        if (from.startsWith('.') || from.startsWith('node:') || isType) continue
        const name = from.startsWith('@') ? from.split('/').slice(0, 2).join('/') : (from.split('/')[0] ?? from)
        users.set(name, [...(users.get(name) ?? []), file.path])
      }
    for (const [name, paths] of users) expect([name, [...new Set(paths)]]).toEqual([name, [doors[name]]])
  })
})

describe('files', () => {
  it('make no circle', () => {
    const graph = new Map(
      files.map((file) => [
        file.path,
        file.imports
          .filter(({ from, isType }) => from.startsWith('.') && !isType)
          .map(({ from }) => relative(root, join(root, dirname(file.path), from))),
      ]),
    )
    expect(findCircle(graph)).toEqual([])
  })

  it('have no default export, are no barrel, and stand in no folder for odds and ends', () => {
    expect(files.filter((file) => /export default/.test(file.text)).map((file) => file.path)).toEqual([])
    expect(files.filter((file) => /(^|\/)index\.ts$/.test(file.path)).map((file) => file.path)).toEqual([])
    expect(
      files.filter((file) => /(utils?|helpers?|common|misc)(\/|\.ts)/.test(file.path)).map((file) => file.path),
    ).toEqual([])
  })

  it('say in their first line what they are for', () => {
    expect(files.filter((file) => !/^\/\/ .{10}/.test(file.text)).map((file) => file.path)).toEqual([])
  })
})

function readSources(): readonly SourceFile[] {
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => path.endsWith('.ts') && !path.endsWith('.d.ts'))
    .map((path) => {
      const text = readFileSync(join(root, path), 'utf8')
      return { path, room: roomOf(path), text, imports: readImports(text) }
    })
}

function roomOf(path: string): string {
  if (path.startsWith('mail/transport/')) return 'mail/transport'
  // The entries of imip-admin and imip-lmtpd stand beside those of the other programs.
  if (path === 'cli/admin.ts') return 'admin'
  if (path === 'cli/lmtpd.ts') return 'daemon'
  return path.includes('/') ? (path.split('/')[0] ?? path) : path.replace(/\.ts$/, '')
}

function readImports(text: string): readonly Import[] {
  const pattern =
    /^(?:import|export)\s+(type\s)?[^'"]*?from\s+'([^']+)'|^import\s+'([^']+)'|\bimport\('([^']+)'\)|\brequire\('([^']+)'\)/gm
  return [...text.matchAll(pattern)].map((match) => ({
    from: match[2] ?? match[3] ?? match[4] ?? match[5] ?? '',
    isType: match[1] !== undefined,
  }))
}

function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|\s)\/\/.*$/gm, '')
}

function findCircle(graph: ReadonlyMap<string, readonly string[]>): readonly string[] {
  const done = new Set<string>()
  const path: string[] = []
  function visit(file: string): readonly string[] {
    if (done.has(file)) return []
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file]
    path.push(file)
    for (const next of graph.get(file) ?? []) {
      const circle = visit(next)
      if (circle.length > 0) return circle
    }
    path.pop()
    done.add(file)
    return []
  }
  for (const file of graph.keys()) {
    const circle = visit(file)
    if (circle.length > 0) return circle
  }
  return []
}
