// imip-admin make-freebusy: published free/busy made anew; what cron calls once a day.
import { closeSync, fchmodSync, fsyncSync, openSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { type CalendarAddress, showAddress } from '../calendar/calendar-address.ts'
import type { Period } from '../calendar/period.ts'
import { serializeCalendar } from '../calendar/serialize.ts'
import { secondsOfDay } from '../calendar/time.ts'
import { type ExitCode, exitCode } from '../cli/exit-code.ts'
import { makePreferencePlace } from '../config/preference-place.ts'
import { TemporaryFailure } from '../failure.ts'
import { encodeFileName } from '../file-names.ts'
import { expandBookings } from '../freebusy/expand-bookings.ts'
import { makePublishedFreeBusy, mergeBusyTimes } from '../freebusy/vfreebusy.ts'
import { makeDirectory } from '../make-directory.ts'
import { readPreferences } from '../preferences/read-preferences.ts'
import type { AdminWorld } from './admin-world.ts'
import { describeFault } from './describe-fault.ts'
import { makeProgress } from './progress.ts'
import { showLine } from './show-text.ts'
import type { Given } from './subcommand.ts'
import { describeSystemError } from './system-error.ts'
import { readUser } from './user-argument.ts'

/** What others see: yesterday, today, and so many days ahead. */
const daysAhead = 100

export async function runMakeFreeBusy(given: Given, world: AdminWorld): Promise<ExitCode> {
  const users =
    given.arguments.length > 0 ? given.arguments.map((text) => readUser(text, world)) : await listUsers(world)
  const today = Math.floor(world.now() / secondsOfDay) * secondsOfDay
  const within = { start: today - secondsOfDay, end: today + (daysAhead + 1) * secondsOfDay }
  const progress = makeProgress(world, 'users', users.length)
  const counts = { published: 0, unchanged: 0, private: 0, removed: 0, failed: 0 }
  for (const [index, user] of users.entries()) {
    try {
      counts[await makeOne(user, within, world)] += 1
    } catch (error) {
      const reason = error instanceof TemporaryFailure ? error.message : describeSystemError(error)
      if (reason === undefined) throw error
      // One user's trouble must not cost the others theirs.
      counts.failed += 1
      world.say(showLine(`${showAddress(user)}: ${reason}`))
    }
    progress.show(index + 1)
  }
  progress.end()
  const { published, unchanged, removed, failed } = counts
  world.write(
    `free/busy: ${published} published, ${unchanged} unchanged, ${counts.private} not shared${removed > 0 ? `, ${removed} taken away` : ''}${failed > 0 ? `, ${failed} failed` : ''}\n`,
  )
  return failed > 0 ? exitCode.found : exitCode.done
}

async function listUsers(world: AdminWorld): Promise<readonly CalendarAddress[]> {
  const users: CalendarAddress[] = []
  for await (const user of world.openStore().listUsers()) users.push(user)
  return users
}

type Made = 'published' | 'unchanged' | 'private' | 'removed'

async function makeOne(user: CalendarAddress, within: Period, world: AdminWorld): Promise<Made> {
  const directory = `${world.configuration.publishDir}/${encodeFileName(user)}`
  const file = `${directory}/freebusy`
  const preferences = readPreferences(makePreferencePlace(world.configuration), user)
  if (!preferences.freeBusySharing || !preferences.freeBusyPublishing) return removeFile(file) ? 'removed' : 'private'
  const window = await world.openStore().transact([user], [], async (reader) => ({
    changes: [],
    result: await reader.readWindow(user, [within]),
  }))
  const bookings = [...window.single, ...window.recurring]
  const { times, faults } = expandBookings(bookings, within, world.loadZones(), preferences.zone)
  // A schedule with a hole in it would tell others that a taken time is free.
  if (faults[0])
    throw new TemporaryFailure(`${faults[0].booking.uid}: ${describeFault(faults[0].fault)}; not published`)
  const calendar = makePublishedFreeBusy({ user, stamp: world.now(), within, busy: mergeBusyTimes(times, within) })
  const text = serializeCalendar(calendar)
  if (withoutStamp(readText(file)) === withoutStamp(text)) return 'unchanged'
  const { defaultPermissions, defaultDirPermissions } = world.configuration
  makeDirectory(directory, defaultDirPermissions)
  replaceFile(file, text, defaultPermissions)
  return 'published'
}

function withoutStamp(text: string | undefined): string | undefined {
  return text?.replace(/^DTSTAMP:.*$/m, '')
}

function readText(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}

/** Whoever reads finds the old file or the new one, never half of one. */
function replaceFile(file: string, text: string, mode: number): void {
  const beside = `${file}.${process.pid}.new`
  try {
    const descriptor = openSync(beside, 'w', mode)
    try {
      fchmodSync(descriptor, mode)
      writeFileSync(descriptor, text)
      fsyncSync(descriptor)
    } finally {
      closeSync(descriptor)
    }
    renameSync(beside, file)
  } catch (error) {
    rmSync(beside, { force: true })
    throw error
  }
}

function removeFile(file: string): boolean {
  try {
    rmSync(file)
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) return false
    throw error
  }
}
