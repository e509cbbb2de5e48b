// imip-admin digest: a mail to the administrator about what the agents did not follow; what cron calls once a week.
import { createHash } from 'node:crypto'
import type { Verdict } from '../agents/verdict.ts'
import { parseCalendarAddress, readDomain } from '../calendar/calendar-address.ts'
import type { Instant } from '../calendar/time.ts'
import { type ExitCode, exitCode } from '../cli/exit-code.ts'
import { makePreferencePlace } from '../config/preference-place.ts'
import { composeNotice } from '../mail/compose-notice.ts'
import type { OutgoingMail } from '../mail/outgoing-mail.ts'
import { readPreferences } from '../preferences/read-preferences.ts'
import { makeDigestText } from '../text/digest-text.ts'
import type { AdminWorld } from './admin-world.ts'
import { showDay, summarizeWeek } from './digest-facts.ts'
import { showLine } from './show-text.ts'
import { type Given, hasOption, readOption } from './subcommand.ts'
import { Trouble, WrongUsage } from './trouble.ts'

const day = 86_400

export async function runDigest(given: Given, world: AdminWorld): Promise<ExitCode> {
  const to = readOption(given, 'to') ?? world.configuration.digestTo
  const isJson = hasOption(given, 'json')
  // Nobody wants it: cron need not know.
  if (to === '' && !isJson) {
    if (world.isTerminal) world.say('setting digest_to is empty; nobody gets a digest')
    return exitCode.done
  }
  const since = world.now() - readDays(given) * day
  const verdicts: Verdict[] = []
  for await (const verdict of world.openStore().readVerdicts(undefined, since)) verdicts.push(verdict)
  const facts = { ...(await summarizeWeek(verdicts, since, world)), language: readLanguage(to, world) }
  if (isJson) {
    world.write(`${JSON.stringify(facts, undefined, 1)}\n`)
    return exitCode.done
  }
  return send(makeMail(to, makeDigestText(facts), since, world), world)
}

function readDays(given: Given): number {
  const text = readOption(given, 'days') ?? '7'
  if (!/^[1-9]\d{0,2}$/.test(text)) throw new WrongUsage('option --days wants a number from 1 to 999')
  return Number(text)
}

/** As of the mails that the administrator gets as a user. */
function readLanguage(to: string, { configuration }: AdminWorld): string {
  const user = parseCalendarAddress(to)
  return user === undefined ? 'en' : readPreferences(makePreferencePlace(configuration), user).language
}

function makeMail(
  to: string,
  text: ReturnType<typeof makeDigestText>,
  since: Instant,
  { configuration, now }: AdminWorld,
): OutgoingMail {
  const user = parseCalendarAddress(to)
  if (user === undefined) throw new WrongUsage(`${JSON.stringify(to)} is no mail address`)
  const domain = readDomain(user)
  // The same on the same day: whoever runs it twice gets one mail, as far as mail programs see it.
  const key = createHash('sha256')
    .update(`digest ${to} ${showDay(since)} ${showDay(now())}`)
    .digest('hex')
  return composeNotice({
    text,
    sender: configuration.messageSender || `calendar@${domain}`,
    to,
    messageId: `<digest.${key.slice(0, 40)}.imip-agent@${domain}>`,
    date: now(),
    references: [],
  })
}

/** Not through an outbox: it belongs to no user, and the next run makes it anew. */
async function send(mail: OutgoingMail, world: AdminWorld): Promise<ExitCode> {
  const [result] = await (await world.outward.open(mail)).finish(mail.bytes)
  if (result === undefined || result.kind === 'delivered') return exitCode.done
  if (result.kind === 'refused')
    throw new Trouble(showLine(`the digest to ${mail.envelope.recipients.join(', ')} was refused: ${result.reply}`))
  world.say(showLine(`the digest was not sent, run it again: ${result.reply}`))
  return exitCode.tryAgain
}
