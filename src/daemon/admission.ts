// Admission: how many mails are under way, and how much memory they have. Who does not fit waits before DATA is answered.

export interface Admission {
  /** A place for a mail of so many bytes, in the order of asking; nothing where the time is over first. */
  enter(bytes: number): Promise<Place | undefined>
  /** New bounds count from now on. */
  setBounds(bounds: AdmissionBounds): void
  count(): { readonly mails: number; readonly bytes: number; readonly waiting: number }
}

export interface Place {
  /** More memory for this mail; false where there is none now. It is not waited for: two who wait for each other never end. */
  grow(bytes: number): boolean
  leave(): void
}

export interface AdmissionBounds {
  readonly mails: number
  readonly bytes: number
  /** Milliseconds that a client waits for a place. */
  readonly patience: number
}

export function makeAdmission(first: AdmissionBounds): Admission {
  const waiting: { readonly bytes: number; resolve(place: Place | undefined): void; timer: NodeJS.Timeout }[] = []
  let bounds = first
  let mails = 0
  let bytes = 0

  const fits = (more: number): boolean => mails < bounds.mails && (bytes + more <= bounds.bytes || mails === 0)

  function makePlace(reserved: number): Place {
    let own = reserved
    let isLeft = false
    mails += 1
    bytes += own
    return {
      grow(more) {
        if (isLeft || bytes + more > bounds.bytes) return false
        own += more
        bytes += more
        return true
      },
      leave() {
        if (isLeft) return
        isLeft = true
        mails -= 1
        bytes -= own
        admit()
      },
    }
  }

  function admit(): void {
    for (let next = waiting[0]; next && fits(next.bytes); next = waiting[0]) {
      waiting.shift()
      clearTimeout(next.timer)
      next.resolve(makePlace(next.bytes))
    }
  }

  return {
    enter(wanted) {
      if (waiting.length === 0 && fits(wanted)) return Promise.resolve(makePlace(wanted))
      return new Promise((resolve) => {
        const timer = setTimeout(() => {
          waiting.splice(waiting.indexOf(entry), 1)
          resolve(undefined)
          admit()
        }, bounds.patience)
        const entry = { bytes: wanted, resolve, timer }
        waiting.push(entry)
      })
    },
    setBounds(next) {
      bounds = next
      admit()
    },
    count: () => ({ mails, bytes, waiting: waiting.length }),
  }
}
