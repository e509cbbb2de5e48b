// What the growth benchmark runs in its own process: a room that answers mails, with the real file store.
import { join } from 'node:path'
import { readConfig } from '../../../src/config/load-config.ts'
import type { Transport } from '../../../src/mail/transport/transport.ts'
import { noAttempts } from '../../../src/pipeline/attempts.ts'
import { openConfiguredStore } from '../../../src/pipeline/open-store.ts'
import { processMail } from '../../../src/pipeline/process-mail.ts'
import { steps } from '../../../src/pipeline/steps.ts'
import { loadSystemZones } from '../../../src/zones/system-zones.ts'

const nowhere: Transport = {
  open: async ({ envelope }) => {
    const results = envelope.recipients.map(() => ({ kind: 'delivered', reply: '250 ok' }) as const)
    return { recipients: results, finish: async () => results, abandon: async () => {} }
  },
}

/** A function that gives a mail to the room and tells the milliseconds; it insists on the answer. */
export async function openRoom(folder: string, room: string) {
  const overrides = [
    { name: 'store_dir', value: join(folder, 'store'), from: 'bench' },
    { name: 'preferences_dir', value: join(folder, 'preferences'), from: 'bench' },
  ]
  const { configuration } = readConfig({ file: '/dev/null', environment: {}, overrides })
  const zones = loadSystemZones()
  const now = () => 1_772_442_000
  const store = openConfiguredStore(configuration, { now, zones, warn: () => {} })
  let answer: string | null = null
  const world = {
    agent: 'imip-resource' as const,
    delivers: false,
    configuration,
    mode: 'on' as const,
    dryRun: false,
    now,
    elapsed: () => 0,
    loadSteps: () => steps,
    openStore: () => store,
    loadZones: () => zones,
    onward: { transport: nowhere, spell: (recipient: string) => recipient },
    outward: nowhere,
    attempts: noAttempts,
    report: {
      verdict: (verdict: { readonly answer: string | null }) => {
        answer = verdict.answer
      },
      passed: () => {},
      failure: () => {},
      shown: () => {},
    },
  }
  return async (mail: string, expected: string | null): Promise<number> => {
    const bytes = Buffer.from(mail)
    const nothing = { originalRecipient: undefined, login: undefined, client: undefined, queueId: undefined }
    const start = performance.now()
    await processMail({ ...nothing, bytes, sender: 'pat@example.com', recipients: [room] }, world)
    const spent = performance.now() - start
    if (answer !== expected) throw new Error(`${room} answered ${answer}, not ${expected}: ${mail}`)
    return spent
  }
}
