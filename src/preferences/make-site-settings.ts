// SiteSettings from what stands in the configuration, addresses in their one spelling.
import { type CalendarAddress, parseCalendarAddress } from '../calendar/calendar-address.ts'
import type { SiteSettings } from './site-settings.ts'

/** The settings as written; the whole configuration fits. */
export interface WrittenSiteSettings {
  readonly recipientDelimiter: string
  readonly localPartCase: 'fold' | 'keep'
  readonly localDomains: readonly string[]
  readonly outgoingAuthority: 'login' | 'envelope'
  readonly resourceOrganizers: 'local' | 'anyone'
  readonly schedulingAccounts: readonly string[]
  readonly imipCounterAsRequest: boolean
  readonly authservId: string
  readonly unverifiedRequest: 'refuse' | 'tentative' | 'book'
  readonly trustedNetworks: readonly string[]
  readonly schedulerServices: ReadonlyMap<string, readonly string[]>
  readonly heldAge: number
  readonly heldLimit: number
  readonly othersAge: number
  readonly freebusyHorizon: number
  readonly freebusyOutsideHorizon: number
  readonly freebusyRequests: number
  readonly groups: ReadonlyMap<string, readonly string[]>
}

export function makeSiteSettings(written: WrittenSiteSettings): SiteSettings {
  const addresses = { recipientDelimiter: written.recipientDelimiter, localPartCase: written.localPartCase }
  const spell = (text: string): readonly CalendarAddress[] => {
    const address = parseCalendarAddress(text, addresses)
    return address === undefined ? [] : [address]
  }
  const groups = new Map<string, readonly string[]>()
  for (const [group, members] of written.groups)
    for (const address of spell(group)) groups.set(address, [...new Set(members.flatMap(spell))])
  return {
    addresses,
    localDomains: written.localDomains.map((domain) => domain.toLowerCase()),
    outgoingAuthority: written.outgoingAuthority,
    resourceOrganizers: written.resourceOrganizers,
    schedulingAccounts: written.schedulingAccounts,
    counterAsRequest: written.imipCounterAsRequest,
    authservId: written.authservId,
    unverifiedRequest: written.unverifiedRequest,
    trustedNetworks: written.trustedNetworks,
    schedulerServices: written.schedulerServices,
    heldAge: written.heldAge,
    heldLimit: written.heldLimit,
    othersAge: written.othersAge,
    freeBusyHorizon: written.freebusyHorizon,
    freeBusyOutsideHorizon: written.freebusyOutsideHorizon,
    freeBusyRequests: written.freebusyRequests,
    groups,
  }
}
