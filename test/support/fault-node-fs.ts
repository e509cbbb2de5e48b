// node:fs for what a program keeps beside its store: paths on the simulated disk go there, all others to the real one.
//
// Publishing and the memory of attempts call node:fs themselves. A test puts this in its place:
// `vi.mock('node:fs', async (original) => wrapNodeFs(await original()))`.
import type * as NodeFs from 'node:fs'
import type { SimulatedProgram } from '../store/simulated-disk.ts'

/** All that lies below is simulated. */
export const simulatedPlace = '/var/simulated'

/** Where attempts are noted if the store cannot take them; no machine has it under this name for another reason. */
const isSpare = /^\/[^\0]*\/imip-agent-\d+(?:\/|$)/

let running: SimulatedProgram | undefined

/** The program that calls from here on. */
export function useProgram(program: SimulatedProgram): void {
  running = program
}

/** Descriptors of the real system are smaller. */
const firstSimulated = 1_000_000

export function wrapNodeFs(real: typeof NodeFs): typeof NodeFs {
  const simulated = {
    chmodSync: (path: string, mode: number) => disk().setDirectoryMode(place(path), mode),
    existsSync: (path: string) => disk().stat(place(path)) !== undefined,
    lstatSync: (path: string) => {
      if (!disk().stat(place(path))) throw makeMissing(path)
      return { isDirectory: () => true, uid: process.getuid?.() }
    },
    mkdirSync: (path: string) => makeDirectories(place(path)),
    openSync: (path: string, _: string, mode: number) => firstSimulated + disk().open(place(path), 'replace', mode),
    readdirSync: (path: string) => disk().list(place(path)),
    readFileSync: (path: string) => readText(place(path)),
    renameSync: (from: string, to: string) => disk().rename(place(from), place(to)),
    rmSync: (path: string, options?: { readonly force?: boolean }) => {
      if (options?.force && !disk().stat(place(path))) return
      disk().unlink(place(path))
    },
    unlinkSync: (path: string) => disk().unlink(place(path)),
    writeFileSync: (target: string | number, text: string, options?: { readonly mode?: number }) => {
      if (typeof target === 'number') return writeText(target - firstSimulated, text)
      const file = disk().open(place(target), 'replace', options?.mode ?? 0o666)
      try {
        writeText(file, text)
      } finally {
        disk().close(file)
      }
    },
    closeSync: (file: number) => disk().close(file - firstSimulated),
    fchmodSync: (file: number, mode: number) => disk().setFileMode(file - firstSimulated, mode),
    fsyncSync: (file: number) => disk().sync(file - firstSimulated),
  }
  const wrapped: Record<string, unknown> = { ...real }
  for (const [name, call] of Object.entries(simulated) as readonly (readonly [string, Call])[]) {
    const own = (real as unknown as Record<string, Call>)[name]
    wrapped[name] = (...given: readonly unknown[]) => (isSimulated(given[0]) ? call(...given) : own?.(...given))
  }
  return { ...wrapped, default: wrapped } as unknown as typeof NodeFs
}

type Call = (...given: readonly unknown[]) => unknown

function isSimulated(given: unknown): boolean {
  if (typeof given === 'number') return given >= firstSimulated
  return typeof given === 'string' && (given.startsWith(simulatedPlace) || isSpare.test(given))
}

function place(path: string): string {
  return path.startsWith(simulatedPlace) ? path : `${simulatedPlace}/spare${path.replace(/^.*(?=\/imip-agent-\d)/, '')}`
}

function disk(): SimulatedProgram['system'] {
  if (!running) throw new Error('no program runs on the simulated disk')
  return running.system
}

/** The first that was not there, as node:fs tells it. */
function makeDirectories(path: string): string | undefined {
  const parts = path.split('/').slice(1)
  const places = parts.map((_, index) => `/${parts.slice(0, index + 1).join('/')}`)
  const missing = places.filter((each) => disk().stat(each) === undefined)
  for (const each of missing) disk().makeDirectory(each)
  return missing[0]
}

function readText(path: string): string {
  const file = disk().open(path, 'read', 0)
  try {
    const bytes = Buffer.alloc(disk().sizeOf(file))
    disk().read(file, bytes, bytes.length, 0)
    return bytes.toString('utf8')
  } finally {
    disk().close(file)
  }
}

function writeText(file: number, text: string): void {
  disk().write(file, Buffer.from(text), 0, 0)
}

function makeMissing(path: string): Error {
  return Object.assign(new Error(`ENOENT: simulated, '${path}'`), { code: 'ENOENT', syscall: 'lstat', path })
}
