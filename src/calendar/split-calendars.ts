// A calendar text of any size taken apart into the texts of its components, so that each can be parsed by itself.

/** One VCALENDAR of the text. */
export interface SplitCalendar {
  /** Its own properties and its VTIMEZONEs, as a calendar without components. */
  readonly frame: string
  /** In the order of the text. */
  readonly components: readonly SplitComponent[]
}

export interface SplitComponent {
  /** Upper case. */
  readonly name: string
  readonly uid: string | undefined
  /** Where it begins, counted from 1. */
  readonly line: number
  /** From BEGIN to END, as it stands. */
  readonly text: string
}

/** Components that stand beside a calendar, or outside of any, are left out; what is not closed ends where the next begins. */
export function splitCalendars(whole: string): readonly SplitCalendar[] {
  // Some programs end lines by CR alone.
  const text = whole.includes('\n') ? whole : whole.replaceAll('\r', '\n')
  const splitting: Splitting = { text, calendars: [], open: [], frame: [], components: [], piece: undefined, line: 0 }
  let start = text.startsWith('\uFEFF') ? 1 : 0
  while (start < text.length) {
    const newline = text.indexOf('\n', start)
    const next = newline === -1 ? text.length : newline + 1
    splitting.line += 1
    readLine(splitting, start, next)
    start = next
  }
  closeCalendar(splitting, text.length)
  return splitting.calendars
}

/** Components as the text of a calendar of their own, without a frame. */
export function joinCalendar(components: readonly SplitComponent[]): string {
  return `BEGIN:VCALENDAR\r\n${components.map(({ text }) => (text.endsWith('\n') ? text : `${text}\r\n`)).join('')}END:VCALENDAR\r\n`
}

interface Splitting {
  readonly text: string
  readonly calendars: SplitCalendar[]
  /** Names of the open components, VCALENDAR first. */
  readonly open: string[]
  frame: string[]
  components: SplitComponent[]
  piece: OpenPiece | undefined
  line: number
}

interface OpenPiece {
  readonly name: string
  readonly start: number
  readonly line: number
}

function readLine(splitting: Splitting, start: number, next: number): void {
  const { text, open } = splitting
  // Only B and E in either case begin a line that matters.
  const letter = text.charCodeAt(start) & ~0x20
  const border = letter === 0x42 || letter === 0x45 ? borderLine.exec(text.slice(start, next)) : undefined
  if (border) {
    const name = (border[2] ?? '').toUpperCase()
    if ((border[1] ?? '').length === 'BEGIN'.length) openComponent(splitting, name, start)
    else closeComponent(splitting, name, next)
  }
  // A calendar's own properties.
  if (open.length === 1 && !border) splitting.frame.push(text.slice(start, next))
}

const borderLine = /^(BEGIN|END):\s*([^\s:;]+)\s*$/i

function openComponent(splitting: Splitting, name: string, start: number): void {
  const { open } = splitting
  if (name === 'VCALENDAR') {
    closeCalendar(splitting, start)
    open.push(name)
    return
  }
  if (open.length === 0) return
  // No event stands inside another: the one before was not closed.
  if (topLevel.has(name) && open.length > 1) closePiece(splitting, start)
  open.push(name)
  if (open.length === 2) splitting.piece = { name, start, line: splitting.line }
}

const topLevel: ReadonlySet<string> = new Set(['VEVENT', 'VTODO', 'VJOURNAL', 'VFREEBUSY', 'VTIMEZONE'])

function closeComponent(splitting: Splitting, name: string, next: number): void {
  const depth = splitting.open.lastIndexOf(name)
  if (depth === 0) closeCalendar(splitting, next)
  else if (depth === 1) closePiece(splitting, next)
  else if (depth > 1) splitting.open.length = depth
}

function closePiece(splitting: Splitting, end: number): void {
  const { piece, text } = splitting
  splitting.open.length = Math.min(splitting.open.length, 1)
  splitting.piece = undefined
  if (!piece) return
  const content = text.slice(piece.start, end)
  if (piece.name === 'VTIMEZONE') splitting.frame.push(content)
  else {
    splitting.components.push({ name: piece.name, uid: findUid(content), line: piece.line, text: content })
  }
}

function closeCalendar(splitting: Splitting, end: number): void {
  if (splitting.open.length === 0) return
  closePiece(splitting, end)
  const { frame, components } = splitting
  splitting.calendars.push({ frame: `BEGIN:VCALENDAR\r\n${frame.join('')}\r\nEND:VCALENDAR\r\n`, components })
  splitting.open.length = 0
  splitting.frame = []
  splitting.components = []
}

/** Of the component itself, not of what it holds. */
function findUid(content: string): string | undefined {
  let depth = 0
  // RFC 5545, 3.1. Quirk: some programs put empty lines between a line and its continuation, see docs/quirks.md.
  for (const line of content.replace(/[\r\n]+[ \t]/g, '').split(/\r?\n/)) {
    const border = borderLine.exec(line)
    if (border) depth += (border[1] ?? '').length === 'BEGIN'.length ? 1 : -1
    const name = depth === 1 ? uidLine.exec(line)?.[0] : undefined
    if (name !== undefined) return line.slice(name.length).trim() || undefined
  }
  return undefined
}

const uidLine = /^UID(?:;(?:"[^"]*"|[^":])*)?:/i
