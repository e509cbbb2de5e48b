// Does the mail system take out Authentication-Results of the site's name that come from outside? Two mails to somebody whom the agents handle
// tell: one that proves nothing, and one that brings such a field along. Both cancel what nobody has ever invited to.
import { setTimeout as wait } from 'node:timers/promises'
import type { Verdict } from '../../agents/verdict.ts'
import { type CalendarAddress, showAddress } from '../../calendar/calendar-address.ts'
import { serializeInstant } from '../../calendar/time.ts'
import { makePreferencePlace } from '../../config/preference-place.ts'
import { readPreferences } from '../../preferences/read-preferences.ts'
import type { AdminWorld } from '../admin-world.ts'
import { type Finding, makeOk, makeUnseen, makeWrong } from './finding.ts'

const what = 'Authentication-Results'

/** Seconds until both mails must have come: queues and filters take their time. */
const patience = 60

export async function checkStripping(user: CalendarAddress, world: AdminWorld): Promise<Finding> {
  const { authservId, smtp } = world.configuration
  if (authservId === '') return makeUnseen(what, 'authserv_id is not set: no such field is believed')
  if (readPreferences(makePreferencePlace(world.configuration), user).senderCheck === 'none')
    return makeUnseen(what, `${showAddress(user)} has sender_check = none: no such field is believed`)
  const plain = makeProbe(user, world, undefined)
  const forged = makeProbe(user, world, authservId)
  for (const probe of [plain, forged]) {
    const trouble = await send(probe, user, world)
    if (trouble !== undefined) return makeUnseen(what, `the mail system at ${smtp} does not take the probe: ${trouble}`)
  }
  const verdicts = await waitForVerdicts(user, [plain.uid, forged.uid], world)
  const [first, second] = [plain, forged].map(({ uid }) => verdicts.find((verdict) => verdict.uid === uid))
  if (!first || !second)
    return makeWrong(
      what,
      `the probe has not come to the agents within ${patience} seconds; is ${showAddress(user)} handled by them, and does the mail queue move?`,
    )
  if (isBelieved(first))
    return makeUnseen(
      what,
      `mail through ${smtp} is trusted whatever it says (trusted_networks, or a login); ask through the port for strangers, --set smtp=HOST:25, or from another machine`,
    )
  return isBelieved(second)
    ? makeWrong(
        what,
        `a field of ${authservId} that came along was believed, so anybody can pass for anybody; let the mail system take such fields out (docs/security.md)`,
      )
    : makeOk(what, `fields of ${authservId} that come along through ${smtp} are not believed`)
}

/** RFC 5546, 3.2.5: such a cancellation waits if it is believed; of nobody proven it is refused. */
function isBelieved({ reason }: Verdict): boolean {
  return reason.code !== 'unverified-request'
}

interface Probe {
  readonly uid: string
  readonly bytes: Uint8Array
}

/** From a domain that can be nobody's, so that nothing can be proven of it, unless `authservId` says so. */
function makeProbe(user: CalendarAddress, world: AdminWorld, authservId: string | undefined): Probe {
  const name = `probe-${world.makeIdentifier().replace(/[^A-Za-z0-9-]/g, '-')}`.toLowerCase().slice(0, 60)
  const domain = `${name}.invalid`
  const sender = `probe@${domain}`
  const uid = `${name}@${domain}`
  const stamp = serializeInstant(world.now())
  const proofs = `dmarc=pass header.from=${domain}; dkim=pass header.d=${domain}; spf=pass smtp.mailfrom=${sender}`
  const lines = [
    ...(authservId === undefined ? [] : [`Authentication-Results: ${authservId}; ${proofs}`]),
    `From: ${sender}`,
    `To: ${showAddress(user)}`,
    'Subject: A test of the calendar agent',
    `Date: ${new Date(world.now() * 1000).toUTCString().replace('GMT', '+0000')}`,
    `Message-ID: <${uid}>`,
    'Auto-Submitted: auto-generated',
    'MIME-Version: 1.0',
    'Content-Type: multipart/alternative; boundary="=_probe"',
    '',
    '--=_probe',
    'Content-Type: text/plain; charset=UTF-8',
    '',
    'The administrator of this site tries with this mail whether forged senders are told apart.',
    'It is about nothing; nothing need be done.',
    '--=_probe',
    'Content-Type: text/calendar; charset=UTF-8; method=CANCEL; component=VEVENT',
    '',
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//imip-agent//check//EN',
    'METHOD:CANCEL',
    'BEGIN:VEVENT',
    `UID:${uid}`,
    `DTSTAMP:${stamp}`,
    `DTSTART:${stamp}`,
    'SEQUENCE:1',
    'STATUS:CANCELLED',
    `ORGANIZER:mailto:${sender}`,
    `ATTENDEE:${user}`,
    'SUMMARY:A test of the calendar agent',
    'END:VEVENT',
    'END:VCALENDAR',
    '--=_probe--',
    '',
  ]
  return { uid, bytes: Buffer.from(lines.join('\r\n')) }
}

/** With the null sender: whatever comes back is of no use. */
async function send({ bytes }: Probe, user: CalendarAddress, { outward }: AdminWorld): Promise<string | undefined> {
  const envelope = { sender: '', recipients: [showAddress(user)] }
  const delivery = await outward.open({ kind: 'answer', envelope, bytes })
  const [result] = await delivery.finish(bytes)
  return result?.kind === 'delivered' ? undefined : (result?.reply ?? 'no reply')
}

async function waitForVerdicts(
  user: CalendarAddress,
  uids: readonly string[],
  { openStore, now }: AdminWorld,
): Promise<readonly Verdict[]> {
  const since = now() - patience
  for (let second = 0; ; second++) {
    const found: Verdict[] = []
    for await (const verdict of openStore().readVerdicts(user, since))
      if (verdict.uid !== null && uids.includes(verdict.uid)) found.push(verdict)
    if (found.length >= uids.length || second >= patience) return found
    await wait(1000)
  }
}
