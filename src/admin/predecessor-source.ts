// A store that the predecessor wrote, as copy-store reads it: users and their preferences, and quotas counted from their bookings.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { makeIdentity } from '../agents/identity.ts'
import { type AddressRules, type CalendarAddress, parseCalendarAddress } from '../calendar/calendar-address.ts'
import { isFault } from '../calendar/fault.ts'
import { decodeFileName } from '../file-names.ts'
import { findHolder, noCharges, type QuotaGroup, type QuotaSettings, type Reservation } from '../freebusy/quota.ts'
import { countCharges } from '../freebusy/quota-charges.ts'
import type { Booking } from '../freebusy/record.ts'
import { makeSiteSettings } from '../preferences/make-site-settings.ts'
import { makePredecessorUser } from '../store/predecessor/make-user.ts'
import { listPredecessorQuotas, readPredecessorQuota } from '../store/predecessor/read-quota.ts'
import { readPredecessorUser } from '../store/predecessor/read-user.ts'
import type { StoredUser, TellDamage } from '../store/store.ts'
import { emptySettings } from '../store/stored-quota.ts'
import type { AdminWorld } from './admin-world.ts'
import type { StorePlace } from './copy-store-places.ts'
import type { CopySource } from './copy-store-source.ts'
import { listHandGroups } from './hand-quotas.ts'
import { makeHandSituation } from './hand-situation.ts'
import { Trouble } from './trouble.ts'

/** It has no FORMAT, and users' directories without a log; throws a Trouble that says what it is instead. */
export function makePredecessorSource({ storeDir, journalDir }: StorePlace, world: AdminWorld): CopySource {
  const { addresses } = makeSiteSettings(world.configuration)
  const users = findUsers(storeDir, addresses)
  const [first] = users.values()
  if (first === undefined) throw new Trouble(`${storeDir} is no store: it has neither FORMAT nor users`)
  if ([...users.values()].some((name) => isRoomOfOurs(join(storeDir, name))))
    throw new Trouble(`${storeDir} is half of a copy of a store of ours: FORMAT is missing; copy that file, too`)
  const quotas = new Map<QuotaGroup, QuotaSettings>()
  const reserved = new Map<QuotaGroup, Reservation[]>()
  const readSettings = (group: QuotaGroup): QuotaSettings => quotas.get(group) ?? emptySettings
  let isJournalRead = false
  const readJournal = (tell: TellDamage): void => {
    if (isJournalRead) return
    isJournalRead = true
    for (const name of listPredecessorQuotas(journalDir, tell)) {
      const group = (name.includes('@') && parseCalendarAddress(name, addresses)) || name
      quotas.set(group, readPredecessorQuota(journalDir, name, addresses, tell))
    }
  }
  return {
    async *listUsers() {
      yield* [...users.keys()].sort()
    },
    async readUser(user, tell) {
      readJournal(tell)
      const hand = makeHandSituation(user, world)
      const stored = makePredecessorUser(
        readPredecessorUser(join(storeDir, users.get(user) ?? user), tell),
        {
          user,
          identity: makeIdentity(hand.with({ stored: undefined, about: '' })),
          zoneTables: world.loadZones(),
          localZone: hand.preferences.zone,
          now: world.now(),
        },
        tell,
      )
      for (const group of listHandGroups(user, hand)) {
        const own = listReservations(stored, readSettings(group), hand.preferences.zone, world)
        reserved.set(group, [...(reserved.get(group) ?? []), ...own])
      }
      return { ...stored, verdicts: [], waiting: 0 }
    },
    async *listQuotas(tell) {
      readJournal(tell)
      yield* [...new Set([...quotas.keys(), ...reserved.keys()])].sort()
    },
    readQuota: async (group) => ({
      group,
      settings: readSettings(group),
      reservations: reserved.get(group) ?? [],
      holders: new Map(),
      given: new Map(),
    }),
    async *readOtherVerdicts() {},
    async close() {},
  }
}

/** Directories of addresses as they are; ours are escaped, which comes to the same for most. */
function findUsers(storeDir: string, rules: AddressRules): ReadonlyMap<CalendarAddress, string> {
  const users = new Map<CalendarAddress, string>()
  for (const entry of readdirSync(storeDir, { withFileTypes: true })) {
    const text = decodeFileName(entry.name) ?? entry.name
    const user = entry.isDirectory() && text.startsWith('mailto:') ? parseCalendarAddress(text, rules) : undefined
    if (user === undefined) continue
    const other = users.get(user)
    // Nobody can say which of two counts.
    if (other !== undefined)
      throw new Trouble(
        `${storeDir} has two directories for ${user}: ${other} and ${entry.name}; bring them together first`,
      )
    users.set(user, entry.name)
  }
  return users
}

function isRoomOfOurs(path: string): boolean {
  try {
    return existsSync(join(path, 'log')) && readFileSync(join(path, 'log'), 'latin1').startsWith('imip-agent')
  } catch {
    return false
  }
}

/** What is booked for nobody counts for nobody. */
function listReservations(
  { user, bookings }: StoredUser,
  settings: QuotaSettings,
  zone: string,
  world: AdminWorld,
): readonly Reservation[] {
  const byUid = new Map<string, Booking[]>()
  for (const booking of bookings) {
    const own = byUid.get(booking.uid)
    if (own) own.push(booking)
    else byUid.set(booking.uid, [booking])
  }
  return [...byUid].flatMap(([uid, own]) => {
    const organizer = own[0]?.organizer ?? ''
    if (organizer === '') return []
    const counted = countCharges(own, world.now(), world.loadZones(), zone)
    const charges = isFault(counted) ? noCharges : counted
    return [{ resource: user, uid, holder: findHolder(settings, organizer), charges, bookings: own }]
  })
}
