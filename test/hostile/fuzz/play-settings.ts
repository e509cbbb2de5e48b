// Configuration and preference files that somebody wrote wrongly: told with place and reason, never a fault of ours.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { CalendarAddress } from '../../../src/calendar/calendar-address.ts'
import { readConfig } from '../../../src/config/load-config.ts'
import { makePreferencePlace } from '../../../src/config/preference-place.ts'
import { TemporaryFailure } from '../../../src/failure.ts'
import { readPreferences } from '../../../src/preferences/read-preferences.ts'
import { preferenceSettings } from '../../../src/preferences/settings.ts'
import { chooseRecipients } from '../../support/case-world.ts'
import { type Conversation, makeFolder, readConfiguration } from './corpus.ts'
import { expectThat } from './finding.ts'
import { type PlayOptions, playConversation } from './play-conversation.ts'

export function playConfiguration(text: string, folder: string): void {
  const file = join(folder, 'config.toml')
  writeFileSync(file, Buffer.from(text, 'latin1'))
  const { faults } = readConfig({ file, environment: {}, overrides: [] })
  for (const fault of faults) expectThat(fault.startsWith(file), `a fault that does not say where: ${fault}`)
}

/** `text` has lines `NAME = VALUE`; every user of the conversation gets them, and then its mails. */
export async function playPreferences(
  conversation: Conversation,
  texts: readonly (string | null)[],
  options: PlayOptions,
): Promise<void> {
  const [text, ...mails] = texts
  const folder = makeFolder(join(options.folder, 'preferences-of'))
  try {
    const values = new Map<string, string>()
    for (const line of (text ?? '').split('\n')) {
      const [name = '', ...value] = line.split('=')
      const known = name.trim()
      if (known in preferenceSettings)
        values.set(known, `${values.get(known) ?? ''}${value.join('=').replace(/^ /, '')}\n`)
    }
    const configuration = readConfiguration(folder, [])
    const users = conversation.arrivals.flatMap(({ route }) => chooseRecipients(route))
    for (const domain of new Set(users.map((user) => user.slice(user.lastIndexOf('@')))))
      writePreferences(join(folder.preferences, encodeURIComponent(domain).replace('%40', '@')), values)
    for (const user of users)
      try {
        readPreferences(makePreferencePlace(configuration), `mailto:${user}` as CalendarAddress)
      } catch (error) {
        if (!(error instanceof TemporaryFailure)) throw error
      }
    await playConversation(conversation, mails, { ...options, configuration, mayFail: true })
  } finally {
    rmSync(folder.path, { recursive: true, force: true })
  }
}

function writePreferences(place: string, values: ReadonlyMap<string, string>): void {
  mkdirSync(place, { recursive: true })
  for (const [name, value] of values) writeFileSync(join(place, name), Buffer.from(value, 'latin1'))
}
