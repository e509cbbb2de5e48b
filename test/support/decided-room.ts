// A room behind its decision function alone: messages come as calendar text, the store is in memory, no mail is read or composed.
import { agents, findHandler } from '../../src/agents/agents.ts'
import { decideWithHeld } from '../../src/agents/decide-with-held.ts'
import type { Decision } from '../../src/agents/decision.ts'
import type { Situation } from '../../src/agents/situation.ts'
import type { CalendarAddress } from '../../src/calendar/calendar-address.ts'
import type { Instant } from '../../src/calendar/time.ts'
import { loadConfig } from '../../src/config/load-config.ts'
import { emptyWindow } from '../../src/freebusy/window.ts'
import { noAuthentication } from '../../src/itip/mail-facts.ts'
import { loadWanted } from '../../src/pipeline/load-wanted.ts'
import { makePreferences } from '../../src/preferences/make-preferences.ts'
import { makeSiteSettings } from '../../src/preferences/make-site-settings.ts'
import { parsePreferenceLines, preferenceSettings } from '../../src/preferences/settings.ts'
import { makeMemoryStore } from '../../src/store/memory/store.ts'
import type { Store, StoreChange } from '../../src/store/store.ts'
import { readAll, zoneTables } from './calendar-text.ts'

export const room: CalendarAddress = 'mailto:room@example.com'

export interface DecidedRoom {
  readonly store: Store
  /** The lines of a calendar with one message. */
  receive(lines: readonly string[], now: Instant): Promise<Decision>
}

export function makeDecidedRoom(written: Readonly<Record<string, string>>): DecidedRoom {
  const site = makeSiteSettings(loadConfig({ file: '/dev/null', environment: {}, overrides: [] }))
  const preferences = makePreferences((name) => {
    const lines = parsePreferenceLines(preferenceSettings[name], written[name] ?? preferenceSettings[name].default)
    if ('kind' in lines) throw new Error(`${name} ${lines.reason}`)
    return lines
  }, site.addresses)
  let clock: Instant = 0
  let count = 0
  const store = makeMemoryStore({ now: () => clock })

  return {
    store,
    async receive(lines, now) {
      clock = now
      count += 1
      const [read] = readAll(...lines)
      if (read?.kind !== 'message') throw new Error(read?.fault.text ?? 'no message')
      const { message } = read
      const handler = findHandler(agents['imip-resource'], message.component, message.method)
      return store.transact([room], [], async (reader) => {
        let situation: Situation = {
          agent: 'imip-resource',
          now,
          user: room,
          site,
          preferences,
          mail: { ...mail, messageId: `<${count}@example.com>` },
          zoneTables,
          stored: await reader.readSeries(room, message.uid),
          offers: await reader.readOffers(room),
          decisionKey: `message-${count}`,
          freeBusy: emptyWindow,
        }
        for (let round = 0; round < 8; round++) {
          const decision = decideWithHeld(handler, message, situation)
          if (decision.kind === 'decision') return { changes: listChanges(decision), result: decision }
          situation = await loadWanted(situation, decision, reader)
        }
        throw new Error('wants more and more')
      })
    },
  }
}

const mail = {
  envelope: {
    sender: 'pat@example.com',
    recipient: 'room@example.com',
    originalRecipient: undefined,
    login: undefined,
    client: undefined,
    queueId: undefined,
  },
  references: [],
  subject: '',
  from: ['pat@example.com'],
  sender: [],
  replyTo: [],
  to: [],
  deliveredTo: [],
  autoSubmitted: 'no',
  isReport: false,
  isSpam: false,
  authentication: noAuthentication,
  digest: '',
} as const

function listChanges(decision: Decision): readonly StoreChange[] {
  return decision.effects.flatMap((effect): StoreChange[] => {
    if (effect.kind === 'send') return []
    if (effect.kind === 'of-member' || effect.kind.startsWith('quota'))
      throw new Error(`${effect.kind} is not for this room`)
    return [{ user: room, effect } as StoreChange]
  })
}
