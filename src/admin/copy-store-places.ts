// FROM and TO of copy-store: a directory or the URL of a database, each with the journal of quotas that belongs to it.
import { realpathSync, statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import type { Configuration } from '../config/options.ts'
import { type Given, readOption } from './subcommand.ts'
import { WrongUsage } from './trouble.ts'

export interface StorePlace {
  readonly storeType: Configuration['storeType']
  /** A path, or a URL. */
  readonly storeDir: string
  readonly journalDir: string
}

/** Both; a store keeps its quotas in the journal of the settings if it is the store of the settings, else in one beside it. */
export function readPlaces(
  given: Given,
  configuration: Configuration,
): { readonly from: StorePlace; readonly to: StorePlace } {
  const [fromText = '', toText = ''] = given.arguments
  const journal = readOption(given, 'journal')
  const from = readPlace(fromText, journal, configuration)
  // What -j says is about FROM: then TO has none of the settings.
  const to = readPlace(toText, readOption(given, 'to-journal'), journal === undefined ? configuration : undefined)
  if (isSame(from.storeDir, to.storeDir)) throw new WrongUsage('FROM and TO are the same store')
  if (from.storeType === 'file' && to.storeType === 'file' && isSame(from.journalDir, to.journalDir))
    throw new WrongUsage(
      `both would keep their quotas in ${to.journalDir}: say with --to-journal where those of TO lie`,
    )
  return { from, to }
}

function readPlace(text: string, journal: string | undefined, configuration: Configuration | undefined): StorePlace {
  if (text.trim() === '') throw new WrongUsage('FROM and TO are directories, or URLs of databases')
  if (/^postgres(?:ql)?:/i.test(text)) return { storeType: 'postgresql', storeDir: text, journalDir: '' }
  const storeDir = resolve(text.replace(/^file:(?:\/\/)?(?=\/)/i, ''))
  const isConfigured = configuration?.storeType === 'file' && isSame(storeDir, configuration.storeDir)
  const own = isConfigured ? configuration.journalDir : join(dirname(storeDir), 'journal')
  return { storeType: 'file', storeDir, journalDir: resolve(journal ?? own) }
}

export function isDirectory(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true
}

function isSame(a: string, b: string): boolean {
  return findTrueName(a) === findTrueName(b)
}

function findTrueName(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    return path
  }
}
