// What a room should do, by brute force: every date worked out from its wall clock with Intl, every half hour counted. Shares no code with src.
export interface Wall {
  /** Days since 1970. */
  readonly day: number
  readonly minute: number
}

export interface Meeting {
  readonly zone: string
  readonly start: Wall
  /** Minutes. */
  readonly length: number
  readonly rule?: { readonly every: 'DAILY' | 'WEEKLY'; readonly interval: number; readonly count: number | undefined }
  /** Days that are left out, days that are added. */
  readonly without: readonly number[]
  readonly also: readonly number[]
}

export interface ModelDate {
  /** When it was first meant to start, in seconds of UTC. */
  readonly original: number
  readonly start: number
  readonly end: number
}

export interface Moved extends ModelDate {
  isTaken: boolean
}

export type Judged = 'taken' | 'declined' | number

interface Kept {
  meeting: Meeting | undefined
  isTaken: boolean
  readonly moved: Map<number, Moved>
  readonly gone: Set<number>
  cut: number
  readonly refused: Set<number>
}

const day = 86_400
const halfHour = 1800
/** Thirty years of a weekly meeting: rules that meet at all meet often enough by then. */
const mostWeeks = 1565
const mostRefused = 10

export class RoomModel {
  private readonly kept = new Map<string, Kept>()
  readonly capacity: number

  constructor(capacity: number) {
    this.capacity = capacity
  }

  /** A request for the whole, changed or not; `moved` comes with it. Nothing of what was moved or cancelled before holds if the time changes. */
  ask(uid: string, meeting: Meeting, moved: readonly ModelDate[], isTimeChanged: boolean, now: number): Judged {
    const before = this.kept.get(uid)
    const keeps = before?.meeting !== undefined && !isTimeChanged
    const kept: Kept = {
      meeting,
      isTaken: false,
      moved: new Map(keeps ? before?.moved : []),
      gone: new Set(),
      cut: Number.POSITIVE_INFINITY,
      refused: new Set(),
    }
    this.kept.set(uid, kept)
    const asked = new Set(moved.map(({ original }) => original))
    for (const date of moved) kept.moved.set(date.original, { ...date, isTaken: false })
    const dates = [...listDates(meeting).filter(({ original }) => !kept.moved.has(original)), ...moved]
    const isSeries = meeting.rule !== undefined || meeting.also.length > 0
    const coming = dates.filter(({ end }) => end > now)
    const others = this.countOthers(uid)
    const clashing = coming.filter((date) => this.isFull(date, others))
    // What is over cannot be booked any more.
    if (coming.length === 0) return 'declined'
    const isWhole = !isSeries || clashing.length === coming.length || clashing.length > mostRefused
    if (clashing.length > 0 && isWhole) return 'declined'
    kept.isTaken = true
    for (const { original } of clashing) if (!asked.has(original)) kept.refused.add(original)
    const refused = new Set(clashing.map(({ original }) => original))
    for (const { original } of moved) {
      const date = kept.moved.get(original)
      if (date) date.isTaken = !refused.has(original)
    }
    return clashing.length === 0 ? 'taken' : clashing.length
  }

  /** A request for one date. */
  move(uid: string, date: ModelDate): Judged {
    const kept = this.kept.get(uid)
    if (!kept) throw new Error(uid)
    const isTaken = !this.isFull(date, this.countOthers(uid))
    kept.moved.set(date.original, { ...date, isTaken })
    kept.refused.delete(date.original)
    return isTaken ? 'taken' : 'declined'
  }

  cancel(uid: string): void {
    this.kept.delete(uid)
  }

  cancelDate(uid: string, original: number): void {
    const kept = this.kept.get(uid)
    kept?.moved.delete(original)
    kept?.refused.delete(original)
    kept?.gone.add(original)
  }

  cancelFrom(uid: string, original: number): void {
    const kept = this.kept.get(uid)
    if (!kept) return
    kept.cut = Math.min(kept.cut, original)
    for (const key of kept.moved.keys()) if (key >= original) kept.moved.delete(key)
  }

  meetingOf(uid: string): Meeting | undefined {
    return this.kept.get(uid)?.meeting
  }

  /** The dates that an organizer may still name. */
  listKnown(uid: string): readonly number[] {
    const kept = this.kept.get(uid)
    if (!kept?.meeting) return []
    return listDates(kept.meeting)
      .map(({ original }) => original)
      .filter((original) => !kept.gone.has(original) && original < kept.cut)
  }

  /** All that takes the room. */
  listTaken(uid: string): readonly ModelDate[] {
    const kept = this.kept.get(uid)
    if (!kept) return []
    const own = kept.isTaken && kept.meeting ? listDates(kept.meeting) : []
    return [
      ...own.filter(
        ({ original }) =>
          !kept.moved.has(original) && !kept.gone.has(original) && !kept.refused.has(original) && original < kept.cut,
      ),
      ...[...kept.moved.values()].filter(({ isTaken }) => isTaken),
    ]
  }

  listUids(): readonly string[] {
    return [...this.kept.keys()]
  }

  private countOthers(uid: string): ReadonlyMap<number, number> {
    const counts = new Map<number, number>()
    for (const other of this.kept.keys()) {
      if (other === uid) continue
      // Two dates of one event that lie on each other take two places.
      for (const date of this.listTaken(other))
        for (const slot of listSlots(date)) counts.set(slot, (counts.get(slot) ?? 0) + 1)
    }
    return counts
  }

  private isFull(date: ModelDate, others: ReadonlyMap<number, number>): boolean {
    return listSlots(date).some((slot) => (others.get(slot) ?? 0) >= this.capacity)
  }
}

/** Half hours since 1970. */
export function listSlots({ start, end }: Pick<ModelDate, 'start' | 'end'>): readonly number[] {
  return Array.from({ length: (end - start) / halfHour }, (_, index) => start / halfHour + index)
}

const known = new WeakMap<Meeting, readonly ModelDate[]>()

export function listDates(meeting: Meeting): readonly ModelDate[] {
  const before = known.get(meeting)
  if (before) return before
  const { start, rule, without, also } = meeting
  const step = rule ? rule.interval * (rule.every === 'DAILY' ? 1 : 7) : 0
  const days = Array.from({ length: rule ? (rule.count ?? mostWeeks) : 1 }, (_, index) => start.day + index * step)
  const all = new Set([...days, ...also].filter((one) => !without.includes(one)))
  const dates = [...all].sort((a, b) => a - b).map((one) => makeModelDate(meeting, one))
  known.set(meeting, dates)
  return dates
}

export function makeModelDate({ zone, start, length }: Meeting, one: number): ModelDate {
  const from = toUtc(zone, { day: one, minute: start.minute })
  return { original: from, start: from, end: from + length * 60 }
}

const formats = new Map<string, Intl.DateTimeFormat>()
const offsets = new Map<string, number>()

/** Only for times of the day at which no clock is changed. */
export function toUtc(zone: string, wall: Wall): number {
  const key = `${zone} ${wall.day}`
  const noon = wall.day * day + day / 2
  const offset = offsets.get(key) ?? readOffset(zone, noon - readOffset(zone, noon))
  offsets.set(key, offset)
  return wall.day * day + wall.minute * 60 - offset
}

function readOffset(zone: string, instant: number): number {
  if (zone === 'UTC') return 0
  const format =
    formats.get(zone) ??
    new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
    })
  formats.set(zone, format)
  const parts = Object.fromEntries(format.formatToParts(instant * 1000).map(({ type, value }) => [type, Number(value)]))
  const { year = 0, month = 0, day: date = 0, hour = 0, minute = 0 } = parts
  return Date.UTC(year, month - 1, date, hour, minute) / 1000 - instant
}
