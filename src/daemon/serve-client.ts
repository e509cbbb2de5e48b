// The conversation with one client: RFC 2033, with ENHANCEDSTATUSCODES, PIPELINING, 8BITMIME, SMTPUTF8 and SIZE.
import type { Socket } from 'node:net'
import { parseCalendarAddress } from '../calendar/calendar-address.ts'
import { makeAddressKey } from '../mail/transport/envelope-address.ts'
import type { Admission, Place } from './admission.ts'
import { type Answer, serializeAnswer, serializeHello } from './answer.ts'
import { makeClientInput } from './client-input.ts'
import { type Command, forwardedAttributes, parseCommand } from './lmtp-command.ts'
import { makeFirstRoom, makeMailData } from './mail-data.ts'
import { readMailParameters } from './mail-parameters.ts'
import type { MailReceiver, Offer, Reception } from './mail-receiver.ts'
import { makeRefusal, type Refusal, type RefusalReason } from './refusal.ts'

export interface ServeOptions {
  readonly receiver: MailReceiver
  readonly admission: Admission
  /** Asked again and again: the configuration may have been read anew. */
  readonly readBounds: () => SessionBounds
  /** What we call ourselves. */
  readonly name: string
  readonly noteRefusal: (reason: RefusalReason) => void
}

export interface SessionBounds {
  /** Of one mail. */
  readonly recipients: number
  /** Milliseconds without a word. */
  readonly silence: number
  /** Milliseconds for the bytes of one mail. */
  readonly receiving: number
}

export interface ServedClient {
  /** Resolves when the conversation is over; rejects only by a fault of ours. */
  readonly ended: Promise<void>
  /** Ends the conversation as soon as no mail is under way. */
  stop(): void
}

/** A client that says so many wrong things between two mails is none. */
const mostFaults = 20

/** Milliseconds for a client to take what it was answered, before it is given up. */
const drainPatience = 60_000

/** Milliseconds for a client to close its side. */
const farewell = 5_000

interface Transaction {
  readonly reception: Reception
  readonly size: number | undefined
  readonly isUtf8: boolean
  /** By key: what each address was answered. */
  readonly answers: Map<string, Answer>
  /** Keys of those accepted, in order, each as often as it was named: RFC 2033, 4.2 wants one reply for each. */
  readonly accepted: string[]
}

export function serveClient(socket: Socket, options: ServeOptions): ServedClient {
  const { receiver, admission, readBounds, name } = options
  const input = makeClientInput(socket)
  let forwarded: ReadonlyMap<string, string> = new Map()
  let offer: Offer | undefined
  let transaction: Transaction | undefined
  let faults = 0
  let unsaid = ''
  let isOver = false
  let isListening = false
  let isStopping = false

  function say(code: number, enhanced: string, text: string): void {
    unsaid += serializeAnswer({ code, enhanced, text })
  }

  function refuse({ reason, answer }: Refusal): void {
    options.noteRefusal(reason)
    faults += 1
    unsaid += serializeAnswer(answer)
  }

  /** RFC 5321, 3.8: 421 is the only way for us to end a conversation. */
  function hangUp(reason: RefusalReason, enhanced: string, text: string): void {
    refuse(makeRefusal(reason, 421, enhanced, text))
    isOver = true
  }

  async function flush(): Promise<void> {
    if (unsaid === '') return
    const text = unsaid
    unsaid = ''
    if (socket.destroyed || socket.write(text, 'latin1')) return
    await new Promise<void>((resolve) => {
      const done = (): void => {
        clearTimeout(timer)
        socket.off('drain', done).off('close', done)
        resolve()
      }
      const timer = setTimeout(() => socket.destroy(), drainPatience)
      socket.once('drain', done).once('close', done)
    })
  }

  function forget(): void {
    transaction?.reception.abandon()
    transaction = undefined
  }

  async function converse(): Promise<void> {
    unsaid = `220 ${name} LMTP imip-agent\r\n`
    while (!isOver) {
      // RFC 2920, 3.2: answers to commands that came together go together.
      if (!input.hasLine()) await flush()
      if (isStopping) {
        hangUp('stopping', '4.3.2', 'The service stops; come again')
        break
      }
      isListening = true
      const heard = await input.readLine(readBounds().silence)
      isListening = false
      if (heard.kind === 'gone') break
      if (heard.kind === 'silent') hangUp('silent', '4.4.2', 'Nothing was said for too long')
      else if (heard.kind === 'too-long') refuse(makeRefusal('line-too-long', 500, '5.5.2', 'The line is too long'))
      else if (heard.kind === 'line') await obey(parseCommand(heard.bytes))
      if (faults >= mostFaults && !isOver) hangUp('too-many-faults', '4.7.0', 'Too many faults')
    }
    forget()
    await flush()
    socket.end()
  }

  async function obey(command: Command): Promise<void> {
    switch (command.kind) {
      case 'hello':
        await greet()
        break
      case 'mail':
        beginMail(command.sender, command.parameters)
        break
      case 'recipient':
        await addRecipient(command.address, command.parameters)
        break
      case 'data':
        await receiveData()
        break
      case 'reset':
        forget()
        say(250, '2.0.0', 'Forgotten')
        break
      case 'forward':
        noteForwarded(command.attributes)
        break
      case 'noop':
        say(250, '2.0.0', 'Here')
        break
      case 'verify':
        say(252, '2.1.5', 'Name it with RCPT and see')
        break
      case 'help':
        say(214, '2.0.0', 'LHLO MAIL RCPT DATA RSET NOOP VRFY XFORWARD QUIT')
        break
      case 'quit':
        say(221, '2.0.0', 'Bye')
        isOver = true
        break
      case 'fault':
        refuse({ reason: 'syntax', answer: command.answer })
    }
  }

  async function greet(): Promise<void> {
    // RFC 5321, 4.1.4: a second hello forgets like RSET.
    forget()
    offer = await receiver.readOffer()
    unsaid += serializeHello(name, [
      'PIPELINING',
      'ENHANCEDSTATUSCODES',
      `SIZE ${offer.greatestMail}`,
      ...(offer.has8bit ? ['8BITMIME'] : []),
      ...(offer.hasUtf8 ? ['SMTPUTF8'] : []),
      `XFORWARD ${forwardedAttributes.join(' ')}`,
    ])
  }

  function noteForwarded(attributes: ReadonlyMap<string, string>): void {
    if (offer === undefined) refuse(helloFirst)
    else if (transaction) refuse(makeRefusal('sequence', 503, '5.5.1', 'XFORWARD stands before MAIL'))
    else {
      forwarded = new Map([...forwarded, ...attributes])
      say(250, '2.0.0', 'Noted')
    }
  }

  function beginMail(sender: string, given: ReadonlyMap<string, string>): void {
    const refusal = offer === undefined ? helloFirst : transaction ? mailTwice : undefined
    if (offer === undefined || refusal) {
      refuse(refusal ?? helloFirst)
      return
    }
    const parameters = readMailParameters(given, offer)
    if (parameters.kind === 'refused') refuse(parameters)
    else if (!parameters.isUtf8 && !isAscii(sender) && !offer.hasUtf8) refuse(utf8Wanted)
    else {
      const { size, is8bit } = parameters
      // Quirk: Exim's LMTP says such senders without SMTPUTF8, see docs/quirks.md. The mail is not lost for that.
      const isUtf8 = parameters.isUtf8 || !isAscii(sender)
      const about = { client: forwarded.get('ADDR'), queueId: forwarded.get('IDENT') }
      const reception = receiver.begin({ sender, size, is8bit, isUtf8, ...about })
      transaction = { reception, size, isUtf8, answers: new Map(), accepted: [] }
      say(250, '2.1.0', 'Sender noted')
    }
  }

  async function addRecipient(address: string, given: ReadonlyMap<string, string>): Promise<void> {
    const [parameter] = given.keys()
    if (transaction === undefined) refuse(mailFirst)
    else if (parameter !== undefined) refuse(makeRefusal('syntax', 555, '5.5.4', `RCPT: ${parameter} is not offered`))
    else if (!transaction.isUtf8 && !isAscii(address)) refuse(utf8Wanted)
    else if (transaction.accepted.length >= readBounds().recipients) {
      // RFC 5321, 4.5.3.1.10: 452, and the client sends the rest in another mail. No fault of its.
      options.noteRefusal('too-many-recipients')
      say(452, '4.5.3', 'Too many recipients in one mail')
    } else {
      const { answers, accepted, reception } = transaction
      const key = makeRecipientKey(address)
      const answer = answers.get(key) ?? (await reception.addRecipient(address))
      answers.set(key, answer)
      if (isPositive(answer)) accepted.push(key)
      unsaid += serializeAnswer(answer)
    }
  }

  async function receiveData(): Promise<void> {
    // RFC 2033, 4.2: without an accepted recipient DATA must fail with 503.
    const refusal =
      transaction === undefined ? mailFirst : transaction.accepted.length === 0 ? nobodyAccepted : undefined
    if (refusal) refuse(refusal)
    // RFC 2920, 3.1: DATA is the last of a group. A mail that was not asked for must not be taken for commands.
    if (input.hasMore()) hangUp('out-of-step', '4.5.0', 'You spoke before the answer to DATA')
    if (refusal || isOver || transaction === undefined) return
    const current = transaction
    const greatest = offer?.greatestMail ?? 0
    await flush()
    const place = await admission.enter(makeFirstRoom({ size: current.size, greatest }))
    if (place === undefined) {
      options.noteRefusal('busy')
      say(451, '4.3.2', 'Too much is under way; come again')
    } else {
      try {
        await takeMail(current, greatest, place)
      } finally {
        place.leave()
      }
    }
    forget()
  }

  async function takeMail({ reception, accepted, size }: Transaction, greatest: number, place: Place): Promise<void> {
    const { silence, receiving } = readBounds()
    const data = makeMailData({ size, greatest, grow: (bytes) => place.grow(bytes) })
    unsaid += '354 The mail, and a dot\r\n'
    await flush()
    const end = await input.readData(data, { silence, overall: receiving })
    if (end === 'silent') hangUp('silent', '4.4.2', 'The mail did not come to its end')
    if (end !== 'whole') {
      isOver = true
      return
    }
    faults = 0
    const fault = data.readFault()
    if (fault === undefined) {
      const answers = await reception.receive(data.finish())
      const byKey = new Map([...new Set(accepted)].map((key, index) => [key, answers[index]]))
      for (const key of accepted) unsaid += serializeAnswer(byKey.get(key) ?? unknownEnd)
    } else {
      options.noteRefusal(fault === 'too-large' ? 'too-large' : 'no-memory')
      for (const _ of accepted) unsaid += serializeAnswer(fault === 'too-large' ? makeTooLarge(greatest) : noMemory)
    }
  }

  return {
    ended: converse().finally(() => {
      forget()
      if (!socket.destroyed) setTimeout(() => socket.destroy(), farewell).unref()
    }),
    stop() {
      isStopping = true
      if (isListening) input.interrupt()
    },
  }
}

const helloFirst = makeRefusal('sequence', 503, '5.5.1', 'Say LHLO first')
const mailFirst = makeRefusal('sequence', 503, '5.5.1', 'Say MAIL first')
const mailTwice = makeRefusal('sequence', 503, '5.5.1', 'A mail has begun already')
const nobodyAccepted = makeRefusal('sequence', 503, '5.5.1', 'No recipient was accepted')
const utf8Wanted = makeRefusal('syntax', 553, '5.6.7', 'Such an address needs SMTPUTF8')
const noMemory: Answer = { code: 452, enhanced: '4.3.1', text: 'There is no memory for it now; come again' }
const unknownEnd: Answer = { code: 451, enhanced: '4.3.0', text: 'Nobody knows what became of it' }

function makeTooLarge(greatest: number): Answer {
  return { code: 552, enhanced: '5.3.4', text: `The mail is greater than ${greatest} bytes` }
}

/** Two spellings of one mailbox are one recipient, however it is quoted. */
export function makeRecipientKey(address: string): string {
  return parseCalendarAddress(address, { recipientDelimiter: '', localPartCase: 'keep' }) ?? makeAddressKey(address)
}

function isPositive({ code }: Answer): boolean {
  return code >= 200 && code < 300
}

function isAscii(text: string): boolean {
  return /^[\x20-\x7e]*$/.test(text)
}
