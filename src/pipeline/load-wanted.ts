// What a decision still wants to know, loaded under the same lock.
import type { Wanted } from '../agents/decision.ts'
import type { Member, Situation } from '../agents/situation.ts'
import type { CalendarAddress } from '../calendar/calendar-address.ts'
import type { StoreReader } from '../store/store.ts'

export async function loadWanted(situation: Situation, wanted: Wanted, reader: StoreReader): Promise<Situation> {
  const { periods, quotas = [], members = new Map<CalendarAddress, Wanted>() } = wanted
  const known = new Map(situation.quotas)
  for (const group of quotas) {
    const quota = known.get(group)
    if (quota) known.set(group, { ...quota, freeBusy: await reader.readQuotaWindow(group, periods) })
  }
  const others = new Map<CalendarAddress, Member>(situation.members)
  for (const [address, own] of members) {
    const member = others.get(address)
    if (member) others.set(address, { ...member, situation: await loadWanted(member.situation, own, reader) })
  }
  const attendees = new Map(situation.attendeesFreeBusy)
  for (const address of wanted.others ?? []) attendees.set(address, await reader.readOthers(situation.user, address))
  return {
    ...situation,
    ...(attendees.size > 0 ? { attendeesFreeBusy: attendees } : {}),
    ...(quotas.length > 0 ? { quotas: known } : {}),
    ...(members.size > 0 ? { members: others } : {}),
    ...(wanted.waiting ? { waiting: await reader.readWaiting(situation.user) } : {}),
    freeBusy: await reader.readWindow(situation.user, periods),
  }
}
