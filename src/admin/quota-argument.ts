// A quota and who has a limit in it, as they stand on the command line.
import { parseCalendarAddress } from '../calendar/calendar-address.ts'
import type { QuotaGroup } from '../freebusy/quota.ts'
import { makeSiteSettings } from '../preferences/make-site-settings.ts'
import type { AdminWorld } from './admin-world.ts'
import { showLine } from './show-text.ts'
import { WrongUsage } from './trouble.ts'
import { readUser } from './user-argument.ts'

/** A word, or the address of the resource whose own quota it is. */
export function readQuota(text: string, world: AdminWorld): QuotaGroup {
  if (text.trim() === '' || /\s/.test(text)) throw new WrongUsage(`${JSON.stringify(text)} is no quota: give one word`)
  return text.includes('@') ? readUser(text, world) : text
}

/** An address, the name of a group, or `*` for everybody else. */
export function readWho(text: string, world: AdminWorld): string {
  const address = text.includes('@')
    ? parseCalendarAddress(text, makeSiteSettings(world.configuration).addresses)
    : text
  if (address === undefined || address === '' || /\s/.test(address))
    throw new WrongUsage(`${showLine(JSON.stringify(text))} is nobody: give an address, a group, or *`)
  return address
}

export function readPair(option: string, text: string): readonly [string, string] {
  const equals = text.lastIndexOf('=')
  if (equals < 1) throw new WrongUsage(`option --${option} needs WHO=VALUE`)
  return [text.slice(0, equals).trim(), text.slice(equals + 1).trim()]
}
