// Golden conversations as text: parsing a case file into its blocks. The format is told in docs/testing.md.

/** One sign with what belongs to it; comments and empty lines are blocks too, so that a file can be written again. */
export type Block = NoteBlock | SceneBlock | ArrivalBlock | Expectation

export type Expectation = OutgoingBlock | StateBlock | BecauseBlock

interface Place {
  /** Number of its first line, from 1. */
  readonly line: number
  /** As it stands in the file. */
  readonly text: readonly string[]
}

export interface NoteBlock extends Place {
  readonly kind: 'note'
}

export type SceneBlock = Place & { readonly kind: 'scene' } & Scene

export type Scene =
  | { readonly scene: 'now'; readonly instant: string }
  | { readonly scene: 'user'; readonly user: string; readonly preferences: readonly NamedValue[] }
  | { readonly scene: 'config'; readonly setting: NamedValue }
  /** Limits, groups and delegates of a quota, in place of those before. */
  | { readonly scene: 'quota'; readonly quota: string; readonly settings: readonly NamedValue[] }
  /** The key of the site for its own answers. */
  | { readonly scene: 'key'; readonly key: string }
  /** The case also runs through the programs of bin/. */
  | { readonly scene: 'also-executables' }

export interface NamedValue {
  readonly name: string
  readonly value: string
}

export type ArrivalBlock = Place & { readonly kind: 'arrival' } & Arrival

export interface Arrival {
  readonly route: Route | 'same'
  /** Header fields in place of those the runner makes, or beside them. */
  readonly header: readonly NamedValue[]
  readonly mail:
    | { readonly kind: 'calendar'; readonly lines: readonly string[] }
    /** Below test/. */
    | { readonly kind: 'file'; readonly path: string }
    /** The mail that came last. */
    | { readonly kind: 'again' }
}

export interface Route {
  readonly agent: CaseAgent
  /** Empty for the null sender. */
  readonly sender: string
  readonly recipients: readonly string[]
  readonly options: ReadonlyMap<ArrivalOption, string>
}

export type CaseAgent = 'resource' | 'person' | 'person-outgoing'

export const arrivalOptions = ['login', 'original', 'client', 'queue'] as const
export type ArrivalOption = (typeof arrivalOptions)[number]

export interface OutgoingBlock extends Place {
  readonly kind: 'outgoing'
  readonly verb: 'send' | 'deliver' | 'resend' | 'summary' | 'wrap' | 'notice'
  readonly address: string
  /** `PARTSTAT=DECLINED`: what must hold where the content is not given. */
  readonly conditions: readonly NamedValue[]
  readonly header: readonly NamedValue[]
  /** METHOD and components, unfolded; empty where the conditions say enough. */
  readonly lines: readonly string[]
}

export interface StateBlock extends Place {
  readonly kind: 'state'
  /** Or `quota NAME`. */
  readonly user: string
  readonly expected: 'unchanged' | 'nothing' | readonly string[]
}

export interface BecauseBlock extends Place {
  readonly kind: 'because'
  readonly word: string | undefined
  readonly code: string | undefined
  /** Must stand in the text of the reason or in a note. */
  readonly piece: string | undefined
}

export interface CaseFile {
  /** For messages: relative to the project. */
  readonly path: string
  readonly blocks: readonly Block[]
}

/** Throws with file and line where a sign is not understood: a case that says nothing must not pass. */
export function parseCaseFile(path: string, text: string): CaseFile {
  const lines = text.replace(/\n$/, '').split('\n')
  const blocks: Block[] = []
  for (let index = 0; index < lines.length; ) {
    const first = lines[index] ?? ''
    const end = isNote(first) ? index + 1 : findEnd(lines, index + 1)
    const place = { line: index + 1, text: lines.slice(index, end) }
    blocks.push(parseBlock(place, (reason) => new Error(`${path}:${place.line}: ${reason}`)))
    index = end
  }
  return { path, blocks }
}

export function isExpectation(block: Block): block is Expectation {
  return block.kind === 'outgoing' || block.kind === 'state' || block.kind === 'because'
}

type Complain = (reason: string) => Error

const signs = /^(?:[@><=] ?|because\b)/

function isNote(line: string): boolean {
  return line.trim() === '' || line.startsWith('#')
}

function findEnd(lines: readonly string[], start: number): number {
  let end = start
  while (end < lines.length && !isNote(lines[end] ?? '') && !signs.test(lines[end] ?? '')) end += 1
  return end
}

function parseBlock(place: Place, complain: Complain): Block {
  const [first = '', ...body] = place.text
  if (isNote(first)) return { kind: 'note', ...place }
  const head = first.replace(signs, '').trim()
  if (first.startsWith('@')) return { kind: 'scene', ...place, ...parseScene(head, body, complain) }
  if (first.startsWith('>')) return { kind: 'arrival', ...place, ...parseArrival(head, body, complain) }
  if (first.startsWith('<')) return { ...place, ...parseOutgoing(head, body, complain) }
  if (first.startsWith('=')) return { ...place, ...parseState(head, body, complain) }
  if (!first.startsWith('because')) throw complain(`a line without a sign: ${first}`)
  if (body.length > 0) throw complain(`because has one line, not also: ${body[0]}`)
  return { ...place, ...parseBecause(head, complain) }
}

function parseScene(head: string, body: readonly string[], complain: Complain): Scene {
  const [word, ...rest] = head.split(/\s+/)
  const about = rest.join(' ')
  const preferences = body.map((line) => parseNamedValue(line, complain))
  if (word !== 'user' && word !== 'quota' && preferences.length > 0) throw complain(`nothing may follow: ${body[0]}`)
  if (word === 'now') return { scene: 'now', instant: about }
  if (word === 'config') return { scene: 'config', setting: parseNamedValue(about, complain) }
  if (word === 'quota') return { scene: 'quota', quota: about, settings: preferences }
  if (word === 'user') return { scene: 'user', user: about, preferences }
  if (word === 'key') return { scene: 'key', key: about }
  if (head === 'also executables') return { scene: 'also-executables' }
  throw complain(`@ knows now, user, quota, config, key and also executables, not: ${head}`)
}

/** `AGENT: SENDER to RECIPIENT[, RECIPIENT] [option=value …] [file PATH | again]`, or `again` for the very same mail once more. */
function parseArrival(head: string, body: readonly string[], complain: Complain): Arrival {
  const header = readHeader(body, complain)
  const lines = body.slice(header.length)
  const match = arrivalPattern.exec(head)
  if (head !== 'again' && !match) throw complain(`not an arrival: ${head}`)
  const [, agent, sender = '', recipients = '', options = '', path, again = head === 'again'] = match ?? []
  const mail: Arrival['mail'] = path ? { kind: 'file', path } : again ? { kind: 'again' } : { kind: 'calendar', lines }
  if (mail.kind !== 'calendar' && lines.length > 0) throw complain(`a mail and a calendar: ${lines[0]}`)
  if (mail.kind === 'calendar' && lines.length === 0) throw complain('an arrival without a mail')
  const given = options.split(/\s+/).filter(Boolean)
  const route: Route = {
    agent: agent as CaseAgent,
    sender: sender === '<>' ? '' : sender,
    recipients: recipients.split(/,\s+/),
    options: new Map(given.map((option) => parseArrivalOption(option, complain))),
  }
  return { route: match ? route : 'same', header, mail }
}

const arrivalPattern =
  /^(resource|person|person-outgoing):\s+(\S+)\s+to\s+(\S+(?:,\s+\S+)*)((?:\s+\S+=\S+)*)(?:\s+(?:file\s+(\S+)|(again)))?$/

function parseArrivalOption(text: string, complain: Complain): readonly [ArrivalOption, string] {
  const [name = '', ...value] = text.split('=')
  const option = arrivalOptions.find((known) => known === name)
  if (!option) throw complain(`an arrival knows ${arrivalOptions.join(', ')}, not: ${name}`)
  return [option, value.join('=')]
}

function parseOutgoing(head: string, body: readonly string[], complain: Complain): Omit<OutgoingBlock, keyof Place> {
  const match = /^(send|deliver|resend|summary|wrap|notice) to (\S+)((?: +\S+=\S+)*)$/.exec(head)
  if (!match) throw complain(`not something that goes out: ${head}`)
  const [, verb, address = '', conditions = ''] = match
  const header = readHeader(body, complain)
  const lines = body.slice(header.length)
  if ((verb === 'deliver' || verb === 'resend') && lines.length > 0)
    throw complain(`${verb} has no content of its own: ${lines[0]}`)
  return {
    kind: 'outgoing',
    verb: verb as OutgoingBlock['verb'],
    address,
    conditions: conditions
      .split(/ +/)
      .filter(Boolean)
      .map((text) => parseNamedValue(text, complain)),
    header,
    lines,
  }
}

function parseState(head: string, body: readonly string[], complain: Complain): Omit<StateBlock, keyof Place> {
  const words = head.split(/\s+/)
  const [user = '', word, ...rest] = words[0] === 'quota' ? [words.slice(0, 2).join(' '), ...words.slice(2)] : words
  if (rest.length > 0 || (word && body.length > 0)) throw complain(`not a state: ${head}`)
  if (word === 'unchanged' || word === 'nothing') return { kind: 'state', user, expected: word }
  if (word || body.length === 0) throw complain('a state is unchanged, nothing, or the lines of show-store')
  return { kind: 'state', user, expected: body }
}

const verdictWords = ['applied', 'ignored', 'held', 'refused', 'passed']

/** `because [WORD] [CODE | CODE: PIECE | PIECE]`. */
function parseBecause(head: string, complain: Complain): Omit<BecauseBlock, keyof Place> {
  const [first = '', ...others] = head.split(/\s+/)
  const word = verdictWords.includes(first) ? first : undefined
  const rest = word ? others.join(' ') : head
  if (head === '') throw complain('because what?')
  const match = /^([a-z][a-z0-9]*(?:-[a-z0-9]+)*)(?:: (.+))?$/.exec(rest)
  if (match) return { kind: 'because', word, code: match[1], piece: match[2] }
  return { kind: 'because', word, code: undefined, piece: rest === '' ? undefined : rest }
}

/** The indented lines right below a head: `Name: value`. */
function readHeader(body: readonly string[], complain: Complain): readonly NamedValue[] {
  const end = body.findIndex((line) => !/^\s/.test(line))
  return body.slice(0, end === -1 ? body.length : end).map((line) => {
    const match = /^\s+([A-Za-z-]+): ?(.*)$/.exec(line)
    if (!match) throw complain(`not a header field: ${line}`)
    return { name: match[1] ?? '', value: match[2] ?? '' }
  })
}

function parseNamedValue(text: string, complain: Complain): NamedValue {
  const match = /^\s*([A-Za-z_-]+)\s*=\s*(.*?)\s*$/.exec(text)
  if (!match) throw complain(`not NAME = VALUE: ${text}`)
  return { name: match[1] ?? '', value: match[2] ?? '' }
}
