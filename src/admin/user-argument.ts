// USER on the command line: `mailto:name@domain` or `name@domain`; for preferences also `@domain`.
import { type CalendarAddress, parseCalendarAddress } from '../calendar/calendar-address.ts'
import { makeSiteSettings } from '../preferences/make-site-settings.ts'
import type { PreferenceOwner } from '../preferences/read-preferences.ts'
import type { AdminWorld } from './admin-world.ts'
import { WrongUsage } from './trouble.ts'

export function readUser(text: string | undefined, world: AdminWorld): CalendarAddress {
  const user =
    text === undefined ? undefined : parseCalendarAddress(text, makeSiteSettings(world.configuration).addresses)
  if (user === undefined)
    throw new WrongUsage(`${JSON.stringify(text ?? '')} is no user: give name@example.com or mailto:name@example.com`)
  return user
}

export function readOwner(text: string | undefined, world: AdminWorld): PreferenceOwner {
  if (text?.startsWith('@') !== true) return readUser(text, world)
  if (!/^@[^\s@/]+$/.test(text))
    throw new WrongUsage(`${JSON.stringify(text)} is no domain: give @example.com for all its users`)
  return `@${text.slice(1).toLowerCase()}`
}
