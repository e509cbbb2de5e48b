// A mail of 50 MB through a program for one mail: its bytes are in memory once, and come out whole. Bytes are measured, not time.
import { once } from 'node:events'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer, type Socket } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { buildPrograms, type ProgramFolder, runProgram } from '../support/built-programs.ts'

const megabyte = 1024 * 1024
let folder: ProgramFolder
let taken: { bytes: number; end: string }[] = []
const server = createServer(takeMail)
const place = (name: string) => join(folder.path, name)

beforeAll(async () => {
  folder = await buildPrograms()
  server.listen(place('socket'))
  await once(server, 'listening')
  for (const name of ['store', 'preferences', 'journal', 'published']) mkdirSync(place(name))
  // Told by the program itself, in kilobytes.
  writeFileSync(
    place('tell.cjs'),
    "process.on('exit', () => require('node:fs').writeFileSync(process.env.TOLD, String(process.resourceUsage().maxRSS)))",
  )
}, 60_000)
afterAll(() => {
  server.close()
  folder.remove()
})

/** Counts the bytes of mails and keeps nothing of them but their end. */
function takeMail(socket: Socket): void {
  let isMail = false
  let end = ''
  let bytes = 0
  socket.on('error', () => undefined)
  socket.write('220 ready\r\n')
  socket.on('data', (piece) => {
    end = (end + piece.subarray(-100).toString('latin1')).slice(-100)
    if (isMail) bytes += piece.length
    if (isMail ? !end.endsWith('\r\n.\r\n') : !end.endsWith('\r\n')) return
    if (isMail) taken.push({ bytes, end })
    const commands = isMail ? 1 : piece.toString('latin1').trimEnd().split('\r\n').length
    isMail = !isMail && end.endsWith('DATA\r\n')
    for (let command = 1; command < commands; command++) socket.write('250 ok\r\n')
    socket.write(isMail ? '354 go\r\n' : '250 ok\r\n')
    bytes = 0
    end = ''
  })
}

/** The memory of the program at its most, in bytes. */
async function deliver(mail: Buffer, ...args: readonly string[]): Promise<number> {
  taken = []
  const places = ['-S', place('store'), '-p', place('preferences'), '-j', place('journal'), '-P', place('published')]
  const envelope = ['-o', 'pat@example.com', '-s', 'kim@example.com', '-l', place('socket')]
  const ending = await runProgram(
    folder.bin('imip-person'),
    [...places, ...envelope, '--set', `log=${place('log')}`, ...args],
    { input: mail, env: { NODE_OPTIONS: `--require ${place('tell.cjs')}`, TOLD: place('told') } },
  )
  expect(ending).toMatchObject({ code: 0, stdout: '', stderr: '' })
  return Number(readFileSync(place('told'), 'utf8')) * 1024
}

const head = 'From: kim@example.com\nTo: pat@example.com\nSubject: hello\nMIME-Version: 1.0\n'
const line = `${'x'.repeat(75)}\n`
const makeLines = (bytes: number) => Buffer.alloc(Math.ceil(bytes / line.length) * line.length, line)
const lineEnds = (mail: Buffer) => mail.reduce((count, byte) => count + (byte === 10 ? 1 : 0), 0)

test('without a calendar', async () => {
  const small = await deliver(Buffer.from(`${head}\nA line.\n`))
  const great = Buffer.concat([Buffer.from(`${head}\n`), makeLines(50 * megabyte)])
  const most = await deliver(great)
  // Each LF becomes CRLF; the dot and its line end come behind. Of the memory the mail is a part, the rest lies about until it is collected.
  expect(taken).toEqual([{ bytes: great.length + lineEnds(great) + 3, end: expect.stringMatching(/x\r\n\.\r\n$/) }])
  expect(most - small).toBeLessThan(great.length + 100 * megabyte)
}, 120_000)

test('with a calendar beside what is great', async () => {
  const great = Buffer.concat([
    Buffer.from(
      `${head}Content-Type: multipart/mixed; boundary=part\n\n--part\nContent-Type: text/calendar; method=PUBLISH\n\nBEGIN:VCALENDAR\nVERSION:2.0\nPRODID:x\nMETHOD:PUBLISH\nBEGIN:VEVENT\nUID:great@example.com\nDTSTAMP:20260302T090000Z\nDTSTART:20260310T100000Z\nSUMMARY:Great\nORGANIZER:mailto:kim@example.com\nEND:VEVENT\nEND:VCALENDAR\n--part\nContent-Type: application/octet-stream\nContent-Transfer-Encoding: base64\n\n`,
    ),
    makeLines(45 * megabyte),
    Buffer.from('--part--\n'),
  ])
  const most = await deliver(great)
  expect(taken).toEqual([
    { bytes: great.length + lineEnds(great) + 3, end: expect.stringMatching(/--part--\r\n\.\r\n$/) },
  ])
  expect(readFileSync(place('log'), 'utf8')).toContain('great@example.com')
  // What is taken apart is there once more, and its text while it is looked at.
  expect(most).toBeLessThan(6 * great.length)
}, 120_000)

test('what is greater than greatest_mail is kept with the mail system, and not read to its end', async () => {
  const mail = Buffer.concat([Buffer.from(`${head}\n`), makeLines(3 * megabyte)])
  const ending = await runProgram(
    folder.bin('imip-person'),
    [
      ...['-S', place('store'), '-p', place('preferences'), '-j', place('journal'), '-P', place('published')],
      ...['-o', 'pat@example.com', '-s', 'kim@example.com', '-l', place('socket')],
      ...['--set', `log=${place('log')}`, '--set', 'greatest_mail=2MiB'],
    ],
    { input: mail },
  )
  expect(ending).toMatchObject({ code: 75, stdout: '', stderr: '' })
  expect(readFileSync(place('log'), 'utf8')).toContain('the mail is greater than greatest_mail')
}, 60_000)
