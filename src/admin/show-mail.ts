// imip-admin show-mail: the calendar parts of a mail, decoded and unfolded, for a person to read.
import { isFault } from '../calendar/fault.ts'
import { parseCalendars } from '../calendar/parse.ts'
import { type ExitCode, exitCode } from '../cli/exit-code.ts'
import { hasWrappedCalendar } from '../mail/calendar-parts.ts'
import type { IncomingMail } from '../mail/incoming-mail.ts'
import type { AdminWorld } from './admin-world.ts'
import { type CalendarText, readCalendarInput } from './calendar-input.ts'
import { describeFault } from './describe-fault.ts'
import { showLine, showLines } from './show-text.ts'
import type { Given } from './subcommand.ts'

export async function runShowMail(given: Given, world: AdminWorld): Promise<ExitCode> {
  const { mail, calendars } = await readCalendarInput(given.arguments[0], world)
  if (mail) world.write(showHeader(mail))
  let result: ExitCode = exitCode.done
  const complain = (line: string): void => {
    world.say(line)
    result = exitCode.found
  }
  if (mail?.fault !== undefined) complain(`the mail cannot be taken apart: ${showLine(mail.fault)}`)
  for (const [index, calendar] of calendars.entries()) {
    const title = calendars.length === 1 ? 'Calendar' : `Calendar ${index + 1} of ${calendars.length}`
    world.write(showCalendar(title, calendar))
    for (const line of describeFaults(calendar.text)) complain(line)
  }
  if (calendars.length === 0) {
    const isWrapped = mail !== undefined && hasWrappedCalendar(mail.parts)
    complain(
      isWrapped ? 'there is no calendar in it but a winmail.dat, which is left alone' : 'there is no calendar in it',
    )
  }
  return result
}

function showHeader({ facts }: IncomingMail): string {
  const fields: readonly (readonly [string, string])[] = [
    ['From', facts.from.join(', ')],
    ['Sender', facts.sender.join(', ')],
    ['Reply-To', facts.replyTo.join(', ')],
    ['To and Cc', facts.to.join(', ')],
    ['Delivered-To', facts.deliveredTo.join(', ')],
    ['Subject', facts.subject],
    ['Message-ID', facts.messageId],
    ['Automatic', facts.autoSubmitted === 'no' ? '' : facts.autoSubmitted],
    ['Report', facts.isReport ? 'yes' : ''],
    ['Spam', facts.isSpam ? 'yes, by its header' : ''],
  ]
  return fields
    .filter(([, text]) => text !== '')
    .map(([name, text]) => `${`${name}:`.padEnd(14)}${showLine(text)}\n`)
    .join('')
}

/** Lines unfolded (RFC 5545, 3.1), and indented by how deep they stand. */
function showCalendar(title: string, { text, method }: CalendarText): string {
  let depth = 0
  const lines: string[] = []
  for (const line of showLines(text)
    .replace(/\n[ \t]/g, '')
    .split('\n')) {
    if (line.trim() === '') continue
    if (/^END:/i.test(line)) depth = Math.max(depth - 1, 0)
    lines.push(`${'  '.repeat(depth)}${line}`)
    if (/^BEGIN:/i.test(line)) depth += 1
  }
  const named = method === undefined ? '' : ` (the mail says method=${showLine(method)})`
  return `\n${title}${named}:\n${lines.join('\n')}\n`
}

function describeFaults(text: string): readonly string[] {
  const calendars = parseCalendars(text)
  if (isFault(calendars)) return [describeFault(calendars)]
  return calendars.flatMap(({ notes }) => notes.map(describeFault))
}
