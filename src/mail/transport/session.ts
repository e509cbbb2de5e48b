// A session with a mail server: greeting, extensions, and deliveries one after the other. RFC 5321; RFC 2033.
import { isAscii } from 'node:buffer'
import type { OutgoingMail } from '../outgoing-mail.ts'
import { type Conversation, LostConversation, openConversation } from './client.ts'
import { type Connect, connect } from './connection.ts'
import { isWireAddress, makeAddressKey } from './envelope-address.ts'
import { makeResult, type Reply } from './reply.ts'
import type { ServerAddress } from './server-address.ts'
import { defaultTimeouts, type Timeouts } from './timeouts.ts'
import type { DeliveryResult, OpenDelivery } from './transport.ts'
import { makeWireData } from './wire-data.ts'

export interface SessionOptions {
  readonly protocol: 'smtp' | 'lmtp'
  readonly server: ServerAddress
  /** What we call ourselves in EHLO and LHLO. */
  readonly name?: string | undefined
  readonly timeouts?: Timeouts | undefined
  /** Without it as suits connections that are kept. */
  readonly connect?: Connect | undefined
}

export interface Session {
  readonly protocol: 'smtp' | 'lmtp'
  readonly extensions: ReadonlySet<string>
  /** What it says with SIZE, in bytes; RFC 1870, 6.1: nothing, or 0, where it names no limit. */
  readonly greatestMail: number | undefined
  readonly conversation: Conversation
  readonly timeouts: Timeouts
}

/** Connects, reads the greeting and says hello. Rejects with LostConversation. */
export async function openSession(options: SessionOptions): Promise<Session> {
  const { protocol, server, name = 'localhost', timeouts = defaultTimeouts } = options
  const conversation = await openConversation(server, timeouts, options.connect ?? connect)
  try {
    // A server may say more than 220 only in refusing; even "never" at this point is about the server, not about the mail.
    expect(await conversation.readReply(timeouts.reply), 'greeted with')
    conversation.say(`${protocol === 'lmtp' ? 'LHLO' : 'EHLO'} ${name}`)
    let hello = await conversation.readReply(timeouts.reply)
    if (protocol === 'smtp' && hello.code >= 500) {
      conversation.say(`HELO ${name}`)
      hello = { ...(await conversation.readReply(timeouts.reply)), lines: [] }
    }
    expect(hello, 'answered the hello with')
    const extensions = hello.lines.slice(1).map((line) => (line.split(' ', 1)[0] ?? '').toUpperCase())
    const size = hello.lines.slice(1).find((line) => /^SIZE \d+$/i.test(line))
    const greatestMail = size === undefined ? undefined : Number(size.slice('SIZE '.length)) || undefined
    return { protocol, extensions: new Set(extensions), greatestMail, conversation, timeouts }
  } catch (error) {
    conversation.quit()
    throw error
  }
}

/** Says MAIL and RCPT. Never throws; after DATA the session is ready for another delivery. */
export async function openDelivery(
  session: Session,
  mail: Pick<OutgoingMail, 'envelope' | 'bytes'>,
): Promise<OpenDelivery> {
  const { conversation, timeouts } = session
  const { sender, recipients } = mail.envelope
  const envelope = planEnvelope(session, sender, recipients)
  // The answers by address, so that an address named twice is said once and answered twice.
  const results = new Map(envelope.settled)
  let accepted: readonly string[] = []
  try {
    if (envelope.toSay.size > 0) accepted = await sayEnvelope()
  } catch (error) {
    // Refused stays refused; who was accepted, or not yet answered, has to be tried again.
    for (const key of envelope.toSay.keys()) {
      const kind = results.get(key)?.kind
      if (kind === undefined || kind === 'delivered') results.set(key, makeLost(error))
    }
  }

  async function sayEnvelope(): Promise<readonly string[]> {
    const keys = [...envelope.toSay.keys()]
    const mailCommand = `MAIL FROM:<${sender}>${makeParameters(session, envelope.needsUtf8, mail.bytes)}`
    const makeRecipientCommand = (key: string) => `RCPT TO:<${envelope.toSay.get(key)}>`
    const pipelined = session.extensions.has('PIPELINING')
    // RFC 2920, 3.1: MAIL and RCPT may go together; their replies come in order.
    if (pipelined) conversation.say(mailCommand, ...keys.map(makeRecipientCommand))
    else conversation.say(mailCommand)
    const mailResult = makeResult(await conversation.readReply(timeouts.reply))
    for (const key of keys) {
      if (!pipelined && mailResult.kind !== 'delivered') results.set(key, mailResult)
      else {
        if (!pipelined) conversation.say(makeRecipientCommand(key))
        const result = makeResult(await conversation.readReply(timeouts.reply))
        results.set(key, mailResult.kind === 'delivered' ? result : mailResult)
      }
    }
    return keys.filter((key) => results.get(key)?.kind === 'delivered')
  }

  async function sendData(bytes: Uint8Array): Promise<void> {
    const answers = await giveData(session, bytes, accepted.length)
    for (const [index, key] of accepted.entries()) results.set(key, answers[index] ?? makeLost(undefined))
  }

  function list(): readonly DeliveryResult[] {
    return recipients.map((recipient) => results.get(makeAddressKey(recipient)) ?? makeLost(undefined))
  }

  let isOver = false
  return {
    recipients: list(),
    async finish(bytes) {
      if (isOver) return list()
      isOver = true
      if (accepted.length > 0) await sendData(bytes)
      return list()
    },
    async abandon() {
      if (!isOver) for (const key of accepted) results.set(key, makeLost(new LostConversation('given up before DATA')))
      isOver = true
    },
  }
}

/** Says DATA for so many recipients that were accepted; one answer for each, in their order. Never throws. */
export async function giveData(session: Session, bytes: Uint8Array, count: number): Promise<readonly DeliveryResult[]> {
  const { protocol, conversation, timeouts } = session
  const results: DeliveryResult[] = []
  try {
    conversation.say('DATA')
    const go = await conversation.readReply(timeouts.reply)
    if (go.code !== 354) {
      const said: DeliveryResult = { kind: 'deferred', reply: `answered DATA with ${go.code} ${go.text}` }
      return new Array<DeliveryResult>(count).fill(go.code < 400 ? said : makeResult(go))
    }
    for (const piece of makeWireData(bytes)) await conversation.write(piece)
    // RFC 2033, 4.2: LMTP answers once for each recipient it accepted, in their order; SMTP once for all.
    while (results.length < (protocol === 'lmtp' ? count : 1))
      results.push(makeResult(await conversation.readReply(timeouts.data)))
    const [only] = results
    return protocol === 'lmtp' || only === undefined ? results : new Array<DeliveryResult>(count).fill(only)
  } catch (error) {
    // Nobody knows what became of it, and twice is better than never.
    while (results.length < count) results.push(makeLost(error))
    return results
  }
}

interface EnvelopePlan {
  /** By key, as spelled; in order, each address once. */
  readonly toSay: ReadonlyMap<string, string>
  /** What is clear without asking. */
  readonly settled: ReadonlyMap<string, DeliveryResult>
  readonly needsUtf8: boolean
}

function planEnvelope(session: Session, sender: string, recipients: readonly string[]): EnvelopePlan {
  const toSay = new Map<string, string>()
  const settled = new Map<string, DeliveryResult>()
  const speaksUtf8 = session.extensions.has('SMTPUTF8')
  let needsUtf8 = !isPlain(sender)
  for (const recipient of recipients) {
    const key = makeAddressKey(recipient)
    if (sender !== '' && !isWireAddress(sender)) {
      settled.set(key, { kind: 'deferred', reply: 'the sender is no address that can be said' })
    } else if (!isWireAddress(recipient)) {
      settled.set(key, {
        kind: 'refused',
        code: '5.1.3',
        reply: '553 5.1.3 the recipient is no address that can be said',
      })
    } else if (!(speaksUtf8 || (isPlain(recipient) && isPlain(sender)))) {
      // RFC 6531, 3.5: an address outside ASCII can only be said to a server that offers SMTPUTF8.
      settled.set(key, {
        kind: 'refused',
        code: '5.6.7',
        reply: '553 5.6.7 the server takes no addresses outside ASCII',
      })
    } else {
      toSay.set(key, toSay.get(key) ?? recipient)
      needsUtf8 ||= !isPlain(recipient)
    }
  }
  return { toSay, settled, needsUtf8 }
}

function makeParameters({ extensions }: Session, needsUtf8: boolean, bytes: Uint8Array): string {
  // RFC 6152, 3 wants 8-bit mail converted or refused where 8BITMIME is not offered. It goes out as it is, as mail systems do:
  // converting would break signatures, refusing would lose mail.
  const parameters = [
    extensions.has('SIZE') ? ` SIZE=${bytes.length}` : '',
    extensions.has('8BITMIME') && !isAscii(bytes) ? ' BODY=8BITMIME' : '',
    needsUtf8 ? ' SMTPUTF8' : '',
  ]
  return parameters.join('')
}

export function isPlain(address: string): boolean {
  return /^[\x20-\x7e]*$/.test(address)
}

function expect(reply: Reply, did: string): void {
  if (reply.code < 200 || reply.code >= 300)
    throw new LostConversation(`the server ${did} ${reply.code} ${reply.text}`.trim())
}

export function makeLost(error: unknown): DeliveryResult {
  return { kind: 'deferred', reply: error instanceof Error ? error.message : 'no answer' }
}
