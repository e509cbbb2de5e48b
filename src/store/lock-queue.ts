// Who may go next inside one process: first come, first served, for each name.

export interface LockQueue {
  /** A place in the queue for this name. */
  enter(name: string): QueuePlace
}

export interface QueuePlace {
  /** Resolves when it is this place's turn. */
  readonly turn: Promise<void>
  /** Is it this place's turn already? */
  isFirst(): boolean
  /** Gives the turn to the next, or the place up before it. */
  leave(): void
}

export function makeLockQueue(): LockQueue {
  const queues = new Map<string, (() => void)[]>()
  return {
    enter(name) {
      const queue = queues.get(name) ?? []
      queues.set(name, queue)
      let begin = (): void => {}
      const turn = new Promise<void>((resolve) => {
        begin = resolve
      })
      queue.push(begin)
      if (queue[0] === begin) begin()
      return {
        turn,
        isFirst: () => queue[0] === begin,
        leave() {
          const place = queue.indexOf(begin)
          if (place === -1) return
          queue.splice(place, 1)
          if (queue.length === 0) queues.delete(name)
          else if (place === 0) queue[0]?.()
        },
      }
    },
  }
}
