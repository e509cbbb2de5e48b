// A delivery whose recipients become known one by one, each answered by the mailbox before the next is named.
import { isWireAddress } from './envelope-address.ts'
import type { Claim, SessionPool } from './pool.ts'
import { openInSession } from './pooled-transport.ts'
import { makeResult } from './reply.ts'
import { giveData, isPlain, makeLost, type Session } from './session.ts'
import type { DeliveryResult } from './transport.ts'

/** What the client said with MAIL; the mailbox hears the same, as far as it knows it. */
export interface StepwiseEnvelope {
  readonly sender: string
  readonly size: number | undefined
  readonly is8bit: boolean
  readonly isUtf8: boolean
}

/** Nothing here throws: what goes wrong is "deferred". */
export interface StepwiseDelivery {
  /** Each address once. */
  addRecipient(recipient: string): Promise<DeliveryResult>
  /** One answer for each recipient that was accepted, in their order. Once only. */
  finish(bytes: Uint8Array): Promise<readonly DeliveryResult[]>
  /** Gives up; does nothing after `finish`. */
  abandon(): void
}

/** `patience`: milliseconds for which the connection is kept for a client that is silent; then the recipients are named anew at the end. */
export function openStepwiseDelivery(
  pool: SessionPool,
  envelope: StepwiseEnvelope,
  patience: number,
): StepwiseDelivery {
  const accepted: string[] = []
  let claim: Claim | undefined
  let impatience: NodeJS.Timeout | undefined
  let isOver = false

  function release(state: 'clean' | 'open'): void {
    clearTimeout(impatience)
    claim?.giveBack(state)
    claim = undefined
  }

  function wait(): void {
    clearTimeout(impatience)
    impatience = setTimeout(() => release('open'), patience)
    impatience.unref()
  }

  /** MAIL, those accepted before, and one more; the answers of all of them. */
  async function openAgain(recipients: readonly string[]): Promise<readonly DeliveryResult[]> {
    try {
      const { claim: made, opened } = await openInSession(pool, ({ session }) =>
        sayEnvelope(session, envelope, recipients),
      )
      if (opened.some(({ kind }) => kind === 'delivered')) claim = made
      else made.giveBack('open')
      return opened
    } catch (error) {
      return recipients.map(() => makeLost(error))
    }
  }

  return {
    async addRecipient(recipient) {
      if (!isWireAddress(recipient))
        return { kind: 'refused', code: '5.1.3', reply: '553 5.1.3 the recipient is no address that can be said' }
      clearTimeout(impatience)
      const result =
        claim === undefined || claim.session.conversation.isLost()
          ? await addFirst(recipient)
          : await sayRecipient(claim.session, recipient)
      if (result.kind === 'delivered') accepted.push(recipient)
      if (isOver) release('open')
      else if (claim) wait()
      return result
    },
    async finish(bytes) {
      isOver = true
      clearTimeout(impatience)
      let answers: readonly DeliveryResult[] | undefined
      if (claim === undefined || claim.session.conversation.isLost()) {
        release('open')
        answers = await openAgain(accepted)
      }
      const left = answers?.filter(({ kind }) => kind === 'delivered').length ?? accepted.length
      if (claim === undefined || left === 0) return answers ?? accepted.map(() => makeLost(undefined))
      const given = [...(await giveData(claim.session, bytes, left))]
      release(given.some(({ kind }) => kind === 'delivered') ? 'clean' : 'open')
      if (answers === undefined) return given
      return answers.map((answer) => (answer.kind === 'delivered' ? (given.shift() ?? makeLost(undefined)) : answer))
    },
    abandon() {
      isOver = true
      release('open')
    },
  }

  async function addFirst(recipient: string): Promise<DeliveryResult> {
    release('open')
    const answers = await openAgain([...accepted, recipient])
    const lost = accepted.findIndex((_, index) => answers[index]?.kind !== 'delivered')
    // Who was accepted before must be again; otherwise all of it is asked once more at the end.
    if (lost >= 0) release('open')
    return answers.at(-1) ?? makeLost(undefined)
  }
}

/** MAIL and RCPT, together where the server allows it. RFC 2920, 3.1. */
async function sayEnvelope(
  session: Session,
  envelope: StepwiseEnvelope,
  recipients: readonly string[],
): Promise<readonly DeliveryResult[]> {
  const { conversation, timeouts, extensions } = session
  const parameters = [
    envelope.size !== undefined && extensions.has('SIZE') ? ` SIZE=${envelope.size}` : '',
    envelope.is8bit && extensions.has('8BITMIME') ? ' BODY=8BITMIME' : '',
    envelope.isUtf8 && extensions.has('SMTPUTF8') ? ' SMTPUTF8' : '',
  ]
  const mailCommand = `MAIL FROM:<${envelope.sender}>${parameters.join('')}`
  const results: DeliveryResult[] = []
  try {
    if (!isSpeakable(envelope.sender, session))
      return recipients.map(() => ({ kind: 'refused', code: '5.6.7', reply: unspeakable }))
    const [first] = recipients
    const isTogether = extensions.has('PIPELINING') && first !== undefined && isSpeakable(first, session)
    conversation.say(mailCommand, ...(isTogether ? [`RCPT TO:<${first}>`] : []))
    const mail = makeResult(await conversation.readReply(timeouts.reply))
    for (const [index, recipient] of recipients.entries()) {
      if (index === 0 && isTogether) {
        const result = makeResult(await conversation.readReply(timeouts.reply))
        results.push(mail.kind === 'delivered' ? result : mail)
      } else results.push(mail.kind === 'delivered' ? await sayRecipient(session, recipient) : mail)
    }
    return results
  } catch (error) {
    return recipients.map((_, index) => {
      const result = results[index]
      return result === undefined || result.kind === 'delivered' ? makeLost(error) : result
    })
  }
}

const unspeakable = '553 5.6.7 the server takes no addresses outside ASCII'

async function sayRecipient(session: Session, recipient: string): Promise<DeliveryResult> {
  // RFC 6531, 3.5: an address outside ASCII can only be said to a server that offers SMTPUTF8.
  if (!isSpeakable(recipient, session)) return { kind: 'refused', code: '5.6.7', reply: unspeakable }
  try {
    session.conversation.say(`RCPT TO:<${recipient}>`)
    return makeResult(await session.conversation.readReply(session.timeouts.reply))
  } catch (error) {
    return makeLost(error)
  }
}

function isSpeakable(address: string, { extensions }: Session): boolean {
  return isPlain(address) || extensions.has('SMTPUTF8')
}
