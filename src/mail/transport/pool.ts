// Connections to one mail server that are kept open: claimed for a delivery, given back, claimed again.
import { LostConversation } from './client.ts'
import { serializeServerAddress } from './server-address.ts'
import { openSession, type Session, type SessionOptions } from './session.ts'
import { defaultTimeouts } from './timeouts.ts'

export interface PoolOptions extends SessionOptions {
  /** Connections at the same time: a mail server has a process for each. */
  readonly most: number
  /** Milliseconds until an unused connection is given up: the server's process is wanted elsewhere. */
  readonly idle: number
}

export interface SessionPool {
  /** Waits while all are in use, at most for the time of a reply. Rejects with LostConversation. */
  claim(): Promise<Claim>
  /** What the server offered last; nothing until it was reached. */
  readOffer(): Pick<Session, 'extensions' | 'greatestMail'> | undefined
  count(): { readonly open: number; readonly unused: number; readonly waiting: number }
  /** Unused connections end now, those in use when they are given back. */
  close(): void
}

export interface Claim {
  readonly session: Session
  /** Nothing was delivered through it before: what is lost now was not lost while nobody looked. */
  readonly isFresh: boolean
  /** `clean`: the next one may say MAIL. `open`: something was said that must be taken back first. Once only. */
  giveBack(state: 'clean' | 'open'): void
}

export function makePool(options: PoolOptions): SessionPool {
  const { most, idle, timeouts = defaultTimeouts } = options
  const unused: { readonly session: Session; readonly timer: NodeJS.Timeout }[] = []
  const waiting: { resolve(claim: Claim): void; reject(error: unknown): void; readonly timer: NodeJS.Timeout }[] = []
  let open = 0
  let isClosed = false
  let offer: Pick<Session, 'extensions' | 'greatestMail'> | undefined

  async function claim(): Promise<Claim> {
    for (let kept = unused.pop(); kept; kept = unused.pop()) {
      clearTimeout(kept.timer)
      if (kept.session.conversation.isQuiet()) {
        kept.session.conversation.renew()
        return makeClaim(kept.session, false)
      }
      leave(kept.session)
    }
    if (open < most) return openNew()
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        waiting.splice(waiting.indexOf(entry), 1)
        const where = serializeServerAddress(options.server)
        reject(new LostConversation(`all ${most} connections to ${where} are in use`))
      }, timeouts.reply)
      const entry = { resolve, reject, timer }
      waiting.push(entry)
    })
  }

  async function openNew(): Promise<Claim> {
    open += 1
    try {
      const session = await openSession(options)
      offer = { extensions: session.extensions, greatestMail: session.greatestMail }
      return makeClaim(session, true)
    } catch (error) {
      open -= 1
      // Nobody is left who could give one back, and a server that takes no connection now takes none for those who wait.
      if (open === 0)
        for (const next of waiting.splice(0)) {
          clearTimeout(next.timer)
          next.reject(error)
        }
      throw error
    }
  }

  function makeClaim(session: Session, isFresh: boolean): Claim {
    let isGivenBack = false
    return {
      session,
      isFresh,
      giveBack(state) {
        if (isGivenBack) return
        isGivenBack = true
        if (!session.conversation.isQuiet()) leave(session)
        else if (state === 'clean') keep(session)
        else void takeBack(session)
      },
    }
  }

  async function takeBack(session: Session): Promise<void> {
    try {
      session.conversation.say('RSET')
      const reply = await session.conversation.readReply(timeouts.reply)
      if (reply.code === 250 && session.conversation.isQuiet()) keep(session)
      else leave(session)
    } catch {
      leave(session)
    }
  }

  function keep(session: Session): void {
    if (isClosed) {
      leave(session)
      return
    }
    const next = waiting.shift()
    if (next) {
      clearTimeout(next.timer)
      session.conversation.renew()
      next.resolve(makeClaim(session, false))
      return
    }
    session.conversation.rest()
    const entry = {
      session,
      timer: setTimeout(() => {
        unused.splice(unused.indexOf(entry), 1)
        leave(session)
      }, idle),
    }
    entry.timer.unref()
    unused.push(entry)
  }

  function leave(session: Session): void {
    open -= 1
    session.conversation.quit()
    const next = waiting.shift()
    if (!next) return
    clearTimeout(next.timer)
    openNew().then(next.resolve, next.reject)
  }

  return {
    claim,
    readOffer: () => offer,
    count: () => ({ open, unused: unused.length, waiting: waiting.length }),
    close() {
      isClosed = true
      for (const { session, timer } of unused.splice(0)) {
        clearTimeout(timer)
        leave(session)
      }
    },
  }
}
