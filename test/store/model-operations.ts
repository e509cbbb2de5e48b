// What programs ask of a store in a schedule, and what a store that does one thing after the other would say.

/** Rooms and quotas have letters; an hour is a number. */
export type Operation =
  /** In all these rooms, if all are free; tells by mail. */
  | { readonly kind: 'book'; readonly rooms: readonly string[]; readonly hour: number; readonly uid: string }
  /** In all these rooms. */
  | { readonly kind: 'cancel'; readonly rooms: readonly string[]; readonly uid: string }
  | { readonly kind: 'move'; readonly room: string; readonly hour: number; readonly uid: string }
  /** With an hour of a quota that has `hoursOfQuota`. */
  | { readonly kind: 'reserve'; readonly room: string; readonly hour: number; readonly uid: string }
  | { readonly kind: 'give-back'; readonly room: string; readonly uid: string }
  | { readonly kind: 'look'; readonly room: string }
  | { readonly kind: 'look-at-quota' }
  | { readonly kind: 'flush'; readonly room: string }
  | { readonly kind: 'note'; readonly room: string; readonly name: string }
  /** What cron and administrators do; nothing of it may be seen. */
  | { readonly kind: 'expire' | 'mend' | 'make-room' | 'mark-due'; readonly room: string }
  | { readonly kind: 'list-outbox' | 'rebuild-due' }

export const hoursOfQuota = 2

/** What is booked: `ROOM HOUR UID`, and `ROOM UID` of what counts against the quota; each sorted. */
export interface ModelState {
  readonly booked: readonly string[]
  readonly reserved: readonly string[]
}

export const emptyState: ModelState = { booked: [], reserved: [] }

/** What a store would say that does one thing after the other; `any` where the answer is looked at elsewhere. */
export function applyOperation(state: ModelState, operation: Operation): readonly [ModelState, string] {
  const isTaken = (room: string, hour: number) => state.booked.some((line) => line.startsWith(`${room} ${hour} `))
  const isOf = (room: string, uid: string) => (line: string) => line.startsWith(`${room} `) && line.endsWith(` ${uid}`)
  const without = (...of: readonly ((line: string) => boolean)[]) => ({
    booked: state.booked.filter((line) => !of.some((is) => is(line))),
    reserved: state.reserved.filter((line) => !of.some((is) => is(line))),
  })
  const withBooked = (from: ModelState, ...lines: readonly string[]) => ({
    ...from,
    booked: [...from.booked, ...lines].toSorted(),
  })
  switch (operation.kind) {
    case 'book': {
      const { rooms, hour, uid } = operation
      if (rooms.some((room) => isTaken(room, hour))) return [state, 'taken']
      return [withBooked(state, ...rooms.map((room) => `${room} ${hour} ${uid}`)), 'booked']
    }
    case 'cancel': {
      const { rooms, uid } = operation
      const after = { ...without(...rooms.map((room) => isOf(room, uid))), reserved: state.reserved }
      return [after, after.booked.length < state.booked.length ? 'released' : 'nothing']
    }
    case 'move': {
      const { room, hour, uid } = operation
      const own = without(isOf(room, uid))
      if (own.booked.some((line) => line.startsWith(`${room} ${hour} `))) return [state, 'taken']
      return [withBooked({ ...own, reserved: state.reserved }, `${room} ${hour} ${uid}`), 'moved']
    }
    case 'reserve': {
      const { room, hour, uid } = operation
      if (isTaken(room, hour)) return [state, 'taken']
      if (state.reserved.length >= hoursOfQuota) return [state, 'full']
      const after = withBooked(state, `${room} ${hour} ${uid}`)
      return [{ ...after, reserved: [...after.reserved, `${room} ${uid}`].toSorted() }, 'booked']
    }
    case 'give-back': {
      const after = without(isOf(operation.room, operation.uid))
      return after.reserved.length < state.reserved.length ? [after, 'released'] : [state, 'nothing']
    }
    case 'look':
      return [state, state.booked.filter((line) => line.startsWith(`${operation.room} `)).join()]
    case 'look-at-quota':
      return [state, `${state.reserved.join()} ${state.reserved.length}`]
    default:
      return [state, 'any']
  }
}
