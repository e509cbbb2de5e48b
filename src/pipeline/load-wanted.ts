// What a decision still wants to know, loaded under the same lock.
import type { Wanted } from '../agents/decision.ts'
import type { Member, Situation } from '../agents/situation.ts'
import type { CalendarAddress } from '../calendar/calendar-address.ts'
import type { Period } from '../calendar/period.ts'
import type { FarFound, FarSearch } from '../freebusy/far-search.ts'
import type { FreeBusyWindow } from '../freebusy/window.ts'
import type { StoreReader } from '../store/store.ts'
import { runFarSearch } from './run-far-search.ts'

export async function loadWanted(situation: Situation, wanted: Wanted, reader: StoreReader): Promise<Situation> {
  const { periods, quotas = [], far, members = new Map<CalendarAddress, Wanted>() } = wanted
  const known = new Map(situation.quotas)
  for (const group of quotas) {
    const quota = known.get(group)
    if (!quota) continue
    const freeBusy = await reader.readQuotaWindow(group, periods)
    known.set(group, { ...quota, freeBusy: keepFar(freeBusy, quota.freeBusy) })
  }
  const searched = far?.quota === undefined ? undefined : known.get(far.quota)
  if (far?.quota !== undefined && searched) {
    const group = far.quota
    const read = (stretch: readonly Period[]) => reader.readQuotaWindow(group, stretch)
    const found = await runFarSearch(far, await reader.readQuotaLastEnd(group), read)
    known.set(group, { ...searched, freeBusy: withFar(searched.freeBusy, far.key, found) })
  }
  const others = new Map<CalendarAddress, Member>(situation.members)
  for (const [address, wish] of members) {
    const member = others.get(address)
    if (member) others.set(address, { ...member, situation: await loadWanted(member.situation, wish, reader) })
  }
  const attendees = new Map(situation.attendeesFreeBusy)
  for (const address of wanted.others ?? []) attendees.set(address, await reader.readOthers(situation.user, address))
  const own = keepFar(await reader.readWindow(situation.user, periods), situation.freeBusy)
  return {
    ...situation,
    ...(attendees.size > 0 ? { attendeesFreeBusy: attendees } : {}),
    ...(known.size > 0 ? { quotas: known } : {}),
    ...(members.size > 0 ? { members: others } : {}),
    ...(wanted.waiting ? { waiting: await reader.readWaiting(situation.user) } : {}),
    freeBusy: far && far.quota === undefined ? await searchOwn(far, own, situation.user, reader) : own,
  }
}

async function searchOwn(
  search: FarSearch,
  window: FreeBusyWindow,
  user: CalendarAddress,
  reader: StoreReader,
): Promise<FreeBusyWindow> {
  const read = (stretch: readonly Period[]) => reader.readWindow(user, stretch)
  return withFar(window, search.key, await runFarSearch(search, await reader.readLastEnd(user), read))
}

function withFar(window: FreeBusyWindow, key: string, found: FarFound): FreeBusyWindow {
  return { ...window, far: new Map([...(window.far ?? []), [key, found]]) }
}

function keepFar(window: FreeBusyWindow, { far }: FreeBusyWindow): FreeBusyWindow {
  return far ? { ...window, far } : window
}
