// The rehearsal before a code cache is made: ordinary mails through the three agents, in a folder of its own that is taken away again.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type * as AgentBundle from './agent-bundle.ts'
import type { AgentName } from './agent-options.ts'
import type { BundleName } from './code-cache.ts'
import { exitCode } from './exit-code.ts'
import type * as Front from './front.ts'

/** Throws if a mail does not end well: what was not run through is not compiled either. */
export async function rehearseMails(load: (name: BundleName) => unknown): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'imip-rehearsal-'))
  const server = createServer(takeEverything)
  try {
    const socket = join(folder, 'socket')
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(socket, resolve)
    })
    const front = load('front') as typeof Front
    front.keepSteps(load('agent') as typeof AgentBundle)
    const config = writeConfiguration(folder, socket)
    for (const { agent, recipient, sender, mail } of listMails()) {
      const code = await front.rehearse(agent, {
        args: ['-c', config, '-o', recipient, '-s', sender, '--login', sender, '--now', '2026-03-01T00:00:00Z'],
        environment: {},
        terminal: false,
        readMail: () => Buffer.from(mail),
      })
      if (code !== exitCode.done) throw new Error(`the rehearsal of ${agent} ended with ${code}`)
    }
  } finally {
    server.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

function writeConfiguration(folder: string, socket: string): string {
  const lines = [
    ['store_dir', 'store'],
    ['preferences_dir', 'preferences'],
    ['journal_dir', 'journal'],
    ['publish_dir', 'published'],
    ['log', 'log'],
  ].map(([name, place = '']) => `${name} = "${join(folder, place)}"\n`)
  for (const place of ['store', 'preferences', 'journal', 'published']) mkdirSync(join(folder, place))
  const path = join(folder, 'config.toml')
  writeFileSync(
    path,
    `${lines.join('')}lmtp = "${socket}"\nsmtp = "${socket}"\nlocal_domains = ["example.com"]\nresource_organizers = "anyone"\n`,
  )
  return path
}

/** A mail server that takes every mail. */
function takeEverything(socket: Socket): void {
  let text = ''
  let inMail = false
  socket.on('error', () => undefined)
  socket.write('220 ready\r\n')
  socket.on('data', (bytes) => {
    text += bytes.toString('latin1')
    for (;;) {
      const mark = inMail ? '\r\n.\r\n' : '\r\n'
      const end = text.indexOf(mark)
      if (end < 0) return
      const line = text.slice(0, end).toUpperCase()
      text = text.slice(end + mark.length)
      const starts = !inMail && line === 'DATA'
      if (/^(?:EHLO|LHLO) /.test(line) && !inMail) socket.write('250-here\r\n250-PIPELINING\r\n250 8BITMIME\r\n')
      else if (line === 'QUIT' && !inMail) socket.end('221 2.0.0 bye\r\n')
      else socket.write(starts ? '354 go\r\n' : '250 2.0.0 ok\r\n')
      inMail = starts
    }
  })
}

interface RehearsedMail {
  readonly agent: AgentName
  readonly recipient: string
  readonly sender: string
  readonly mail: string
}

const room = 'room@example.com'
const attendee = 'kim@example.com'
const organizer = 'pat@example.com'

function listMails(): readonly RehearsedMail[] {
  const utc = 'DTSTART:20260310T100000Z\r\nDTEND:20260310T110000Z'
  const zoned =
    'DTSTART;TZID=Europe/Berlin:20260311T100000\r\nDTEND;TZID=Europe/Berlin:20260311T110000\r\nRRULE:FREQ=WEEKLY;COUNT=4'
  const toRoom = { agent: 'imip-resource', recipient: room, sender: organizer } as const
  const toPerson = { agent: 'imip-person', recipient: attendee, sender: organizer } as const
  const toOrganizer = { agent: 'imip-person', recipient: organizer, sender: attendee } as const
  const sentBy = (sender: string) => ({ agent: 'imip-person-outgoing', recipient: sender, sender }) as const
  const request = (uid: string, times: string) => makeMail('REQUEST', [`UID:${uid}`, times, 'SEQUENCE:0'])
  const moved = makeMail('REQUEST', ['UID:one@example.com', utc.replaceAll('T1', 'T2'), 'SEQUENCE:1'])
  const cancel = (uid: string) => makeMail('CANCEL', [`UID:${uid}`, 'SEQUENCE:2', 'STATUS:CANCELLED'])
  const reply = makeMail('REPLY', ['UID:one@example.com', utc, 'SEQUENCE:0'], ';PARTSTAT=ACCEPTED')
  return [
    { ...toPerson, mail: makePlainMail() },
    { ...toRoom, mail: request('one@example.com', utc) },
    { ...toRoom, mail: request('two@example.com', utc) },
    { ...toRoom, mail: request('series@example.com', zoned) },
    { ...toRoom, mail: moved },
    { ...toRoom, mail: cancel('one@example.com') },
    { ...sentBy(organizer), mail: request('one@example.com', utc) },
    { ...toPerson, mail: request('one@example.com', utc) },
    { ...toPerson, mail: request('series@example.com', zoned) },
    { ...sentBy(attendee), mail: reply },
    { ...toOrganizer, mail: reply },
    { ...sentBy(organizer), mail: cancel('series@example.com') },
    { ...toPerson, mail: cancel('series@example.com') },
  ]
}

function makePlainMail(): string {
  return [...makeHeader('plain'), 'Content-Type: text/plain; charset=utf-8', '', '.A line.', ''].join('\n')
}

function makeMail(method: string, properties: readonly string[], status = ''): string {
  const attendees = method === 'REPLY' ? [attendee] : [attendee, room]
  return [
    ...makeHeader(method),
    'Content-Type: multipart/alternative; boundary="part"',
    '',
    '--part',
    'Content-Type: text/plain; charset=utf-8',
    '',
    'A line.',
    '--part',
    `Content-Type: text/calendar; charset=utf-8; method=${method}`,
    'Content-Transfer-Encoding: base64',
    '',
    Buffer.from(
      [
        'BEGIN:VCALENDAR',
        'VERSION:2.0',
        'PRODID:-//example.com//rehearsal//EN',
        `METHOD:${method}`,
        'BEGIN:VEVENT',
        ...properties,
        'DTSTAMP:20260228T120000Z',
        'SUMMARY:A meeting',
        'LOCATION:Here',
        'DESCRIPTION:A line\\nand another that is long enough to be folded by whoever writes calendars by the book.',
        `ORGANIZER;CN=Pat:mailto:${organizer}`,
        ...attendees.map((address) => `ATTENDEE;CN=Name;RSVP=TRUE${status}:mailto:${address}`),
        'END:VEVENT',
        'END:VCALENDAR',
        '',
      ].join('\r\n'),
    )
      .toString('base64')
      .replace(/.{76}/g, '$&\n'),
    '--part--',
    '',
  ].join('\n')
}

function makeHeader(name: string): readonly string[] {
  return [
    `Return-Path: <${name === 'REPLY' ? attendee : organizer}>`,
    'Received: from client.example.com by mail.example.com with ESMTP id 1; Sun, 1 Mar 2026 00:00:00 +0000',
    `From: Name <${name === 'REPLY' ? attendee : organizer}>`,
    `To: ${name === 'REPLY' ? organizer : attendee}`,
    'Subject: =?utf-8?q?A_m=C3=A9eting?=',
    `Message-ID: <${name}@example.com>`,
    'Date: Sun, 1 Mar 2026 00:00:00 +0000',
    'MIME-Version: 1.0',
  ]
}
