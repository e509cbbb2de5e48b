// Messages decided one after the other on a store that is a value: what came of them can be gone on from in several ways, so that thousands
// of orders are tried at the cost of their decisions alone.
import { rmSync } from 'node:fs'
import { loadDeducing } from '../../src/admin/load-deduced-others.ts'
import { deduceOthers } from '../../src/agents/deduced-others.ts'
import type { CalendarAddress } from '../../src/calendar/calendar-address.ts'
import { loadConfig } from '../../src/config/load-config.ts'
import { listWaiting } from '../../src/itip/waiting.ts'
import { noAttempts } from '../../src/pipeline/attempts.ts'
import { decide } from '../../src/pipeline/decide.ts'
import { loadSituation } from '../../src/pipeline/load-situation.ts'
import { findParty, type Party } from '../../src/pipeline/party.ts'
import { readCalendars } from '../../src/pipeline/read-calendars.ts'
import { readIncomingMail } from '../../src/pipeline/read-incoming-mail.ts'
import { type PartyMessage, readMessages } from '../../src/pipeline/read-messages.ts'
import { steps } from '../../src/pipeline/steps.ts'
import { makeStoreChanges } from '../../src/pipeline/store-changes.ts'
import type { World } from '../../src/pipeline/world.ts'
import { dumpUser, serializeDump } from '../../src/store/dump.ts'
import { makeMemoryStore } from '../../src/store/memory/store.ts'
import type { StoreReader } from '../../src/store/store.ts'
import { applyEffect, listUids, makeStoredUid, type StoredUid } from '../../src/store/stored-uid.ts'
import { loadSystemZones } from '../../src/zones/system-zones.ts'
import type { NamedValue, Route } from './case-file.ts'
import { caseSettings, chooseRecipients, makeCaseFolder, writePreferenceFiles } from './case-world.ts'
import type { FixedClock } from './fixed-clock.ts'
import { makeRecordingTransport } from './recording-transport.ts'

/** All that one user's store holds, by UID. */
export type ReplayState = ReadonlyMap<string, StoredUid>

/** A mail read once, to be decided in many states. */
export interface ReadMail {
  readonly world: World
  readonly party: Party
  readonly messages: readonly PartyMessage[]
}

export interface Replay {
  read(route: Route, bytes: Uint8Array): Promise<ReadMail>
  receive(state: ReplayState, mail: ReadMail): Promise<ReplayState>
  /** As show-store tells it. */
  show(state: ReplayState): readonly string[]
  close(): void
}

const zones = loadSystemZones()

export function makeReplay(
  user: CalendarAddress,
  clock: FixedClock,
  settings: readonly NamedValue[],
  preferences: readonly NamedValue[],
): Replay {
  const folder = makeCaseFolder()
  writePreferenceFiles(folder, user, preferences)
  const configuration = loadConfig({
    file: '/dev/null',
    environment: {},
    overrides: [...caseSettings, { name: 'preferences_dir', value: folder.preferences }, ...settings].map(
      (setting) => ({
        ...setting,
        from: 'replay',
      }),
    ),
  })
  const deducing = loadDeducing(user, configuration, zones)
  const transport = makeRecordingTransport()
  const store = makeMemoryStore({ now: clock.now })
  const makeWorld = (agent: World['agent']): World => ({
    agent,
    delivers: agent === 'imip-person',
    configuration,
    mode: 'on',
    dryRun: false,
    now: clock.now,
    elapsed: () => 0,
    loadSteps: () => steps,
    openStore: () => store,
    loadZones: () => zones,
    onward: { transport, spell: (recipient) => recipient },
    outward: transport,
    attempts: noAttempts,
    report: { verdict: () => {}, passed: () => {}, failure: () => {}, shown: () => {} },
  })
  return {
    async read(route, bytes) {
      const world = makeWorld(`imip-${route.agent}`)
      const [recipient = ''] = chooseRecipients(route)
      const { sender, options } = route
      const told = { login: options.get('login'), client: options.get('client'), queueId: options.get('queue') }
      const raw = { bytes, sender, recipients: [recipient], originalRecipient: options.get('original'), ...told }
      const mail = readCalendars(await readIncomingMail(raw, world))
      const party = findParty(mail, recipient, world)
      const { messages, passed } = await readMessages(mail, party, world)
      if (messages.length === 0 || passed.length > 0) throw new Error('a replay is made of messages only')
      return { world, party, messages }
    },
    async receive(state, { world, party, messages }) {
      let after = state
      for (const message of messages) {
        const reader = makeReader(user, after)
        const situation = await loadSituation(message, party, reader, world)
        const decision = await decide(message, situation, reader, world)
        after = applyChanges(after, makeStoreChanges(message.user, decision.effects))
      }
      return after
    },
    show(state) {
      const uids = [...state.values()]
      const stored = {
        user,
        series: uids.flatMap(({ series }) => series ?? []),
        bookings: listBookings(state),
        offers: [],
        requests: uids.flatMap(({ requests }) => requests),
        others: [],
      }
      const deduced = deduceOthers(stored.series, deducing)
      const text = serializeDump(dumpUser(stored, { zoneTables: zones, deduced }))
      return text.split('\n').filter((line) => line !== '')
    },
    close: () => rmSync(folder.path, { recursive: true, force: true }),
  }
}

function applyChanges(state: ReplayState, changes: ReturnType<typeof makeStoreChanges>): ReplayState {
  const after = new Map(state)
  for (const change of changes) {
    if (!('effect' in change)) throw new Error('a replay has one user and no quotas')
    for (const uid of listUids(change.effect))
      after.set(uid, applyEffect(after.get(uid) ?? makeStoredUid(uid), change.effect))
  }
  return after
}

function listBookings(state: ReplayState) {
  return [...state.values()]
    .flatMap(({ bookings }) => bookings)
    .sort((a, b) => (a.line < b.line ? -1 : 1))
    .map(({ booking }) => booking)
}

/** Of one small store: each window is the whole schedule. */
function makeReader(user: CalendarAddress, state: ReplayState): StoreReader {
  const nothing = async () => undefined
  const none = async () => []
  return {
    users: new Set([user]),
    listUids: async () => [],
    readSeries: async (_, uid) => state.get(uid)?.series,
    readBookings: async (_, uid) => (state.get(uid)?.bookings ?? []).map(({ booking }) => booking),
    readWindow: async (_, covers) => {
      const bookings = listBookings(state)
      const recurring = bookings.filter(({ recurrence }) => recurrence !== undefined)
      return { covers, single: bookings.filter((booking) => !recurring.includes(booking)), recurring }
    },
    readLastEnd: async () => Math.max(0, ...listBookings(state).map(({ end }) => end.local + 86_400)),
    readOffers: none,
    readWaiting: async () => [...state.values()].flatMap(({ series }) => (series ? listWaiting(series) : [])),
    readOthers: nothing,
    readQuota: nothing,
    readReservation: nothing,
    readHolder: async () => new Map(),
    readGiven: async () => new Map(),
    readQuotaLastEnd: async () => 0,
    readQuotaWindow: async (_, covers) => ({ covers, single: [], recurring: [] }),
  }
}
