// The mail system beside us: whether its configuration names our programs.
import { execFile } from 'node:child_process'
import { type Finding, makeOk, makeUnseen, makeWrong } from './finding.ts'

export async function checkMailSystem(): Promise<readonly Finding[]> {
  const services = await ask('postconf', ['-M'])
  if (services !== undefined) return checkPostfix(services)
  const transports = (await ask('exim', ['-bP', 'transports'])) ?? (await ask('exim4', ['-bP', 'transports']))
  if (transports !== undefined) return [checkExim(transports)]
  return [makeUnseen('mail maps', 'neither postconf nor exim is here')]
}

async function checkPostfix(services: string): Promise<readonly Finding[]> {
  const ours = services.split('\n').filter((line) => /\bimip-(?:person|person-outgoing|resource|lmtpd)\b/.test(line))
  if (ours.length === 0)
    return [
      makeUnseen(
        'mail maps',
        'master.cf runs none of our programs; conf/postfix says what goes there, unless imip-lmtpd serves',
      ),
    ]
  const rootless = ours.filter((line) => / pipe\b/.test(line) && !/\buser=/.test(line))
  const [wrong] = rootless
  if (wrong !== undefined)
    return [
      makeWrong('mail maps', `master.cf: ${wrong.split(/\s+/)[0]} has no user=; name the user that owns the store`),
    ]
  const names = ours.map((line) => line.split(/\s+/)[0] ?? '').join(', ')
  const maps = (await ask('postconf', ['-h', 'transport_maps', 'virtual_transport', 'mailbox_transport'])) ?? ''
  const found = [makeOk('mail maps', `master.cf runs ${names}`)]
  return maps.trim() === ''
    ? [...found, makeWrong('mail maps', 'transport_maps is empty: no address leads to us; see conf/postfix')]
    : found
}

function checkExim(transports: string): Finding {
  return /\bimip-(?:person|resource|lmtpd)\b|imip_agent/.test(transports)
    ? makeOk('mail maps', 'the transports of Exim name our programs')
    : makeUnseen('mail maps', 'no transport of Exim names our programs; conf/exim says what goes there')
}

/** Milliseconds. */
const patience = 5000

/** What it prints; nothing where it is not there or does not answer. */
function ask(program: string, args: readonly string[]): Promise<string | undefined> {
  // Not promisify: in the bundle execFile is loaded late, by a function that promisify does not know.
  return new Promise((resolve) => {
    execFile(program, [...args], { timeout: patience }, (error, stdout) => resolve(error ? undefined : stdout))
  })
}
