// SummaryPage: the content of a summary as blocks in the reader's language, the same for plain text and for HTML.
import { findCatalogue } from './catalogue.ts'
import { makeOneLine } from './one-line.ts'
import type { ShownTime } from './shown-time.ts'
import type {
  AttendeeFacts,
  Bounded,
  ChangeFacts,
  ConflictFacts,
  DateFacts,
  PersonFacts,
  RepeatFacts,
  SpeakerFacts,
  SummaryFacts,
} from './summary-facts.ts'
import type { SummaryTexts, Texts } from './texts.ts'
import { isWebAddress } from './web-address.ts'

export interface SummaryPage {
  readonly language: string
  readonly title: string
  readonly blocks: readonly Block[]
}

export type Block =
  | { readonly kind: 'headline' | 'paragraph'; readonly text: readonly Inline[] }
  | { readonly kind: 'rows'; readonly rows: readonly Row[] }
  | { readonly kind: 'list'; readonly title: string; readonly items: readonly (readonly Inline[])[] }
  /** The sender's own words. */
  | { readonly kind: 'quotation'; readonly title: string; readonly text: string }

export interface Row {
  readonly label: string
  readonly lines: readonly (readonly Inline[])[]
}

export type Inline = string | Link

/** Its address is always shown as it is, so that nobody is sent elsewhere than it says. */
export interface Link {
  readonly url: string
}

/** `managerUrl`: the web interface, if there is one. */
export function makeSummaryPage(messages: Bounded<SummaryFacts>, managerUrl: string | undefined): SummaryPage {
  const { shown, more } = messages
  const texts = findCatalogue(shown[0]?.language ?? 'en')
  return {
    language: texts.language,
    title: makeSummarySubject(messages),
    blocks: [
      ...shown.flatMap((facts) => makeBlocks(facts, texts, managerUrl)),
      ...(more === 0 ? [] : [makeParagraph(texts.summary.moreMessages(more))]),
    ],
  }
}

/** Mail programs show less of a subject. */
const longestSubject = 200

/** `Invitation: Planning`, on one line. */
export function makeSummarySubject(messages: Bounded<SummaryFacts>): string {
  const [facts, ...others] = messages.shown
  const { summary, untitled } = findCatalogue(facts?.language ?? 'en')
  if (!facts) return untitled
  const { kind, standing, speakers } = facts
  const [speaker] = speakers.shown
  const title = facts.title || (isAboutTimes(facts) && findWho(facts)) || untitled
  const count = others.length + messages.more
  const more = count === 0 ? '' : summary.andMore(count)
  if (standing.verdict === 'refused') return makeOneLine(summary.refusedSubject + title + more, longestSubject)
  const prefix = kind === 'answer' && speaker ? findWord(summary.answerSubject, speaker.participation) : undefined
  const who = kind === 'answer' && speaker ? ` (${speaker.name || speaker.address})` : ''
  return makeOneLine(`${prefix ?? summary.subject[kind]}${title}${who}${more}`, longestSubject)
}

function makeBlocks(facts: SummaryFacts, texts: Texts, managerUrl: string | undefined): readonly Block[] {
  const { summary } = texts
  const blocks: (Block | undefined)[] = [
    { kind: 'headline', text: [describeHeadline(facts, summary)] },
    makeStanding(facts, summary),
    ...facts.standing.notes.flatMap((code) => findSentence(summary.notes, code, '')).map(makeParagraph),
    makeList(
      facts.kind === 'proposal' ? summary.proposed : summary.changed,
      facts.changes.flatMap((change) => describeChange(change, texts)),
    ),
    { kind: 'rows', rows: makeRows(facts, texts) },
    makeConflicts(facts.conflicts, texts),
    makeQuotation(summary.comment, facts.comment),
    makeNext(facts, summary),
    makeManagerLink(facts, summary, managerUrl),
    makeQuotation(summary.description, facts.description),
  ]
  return blocks.filter((block) => block !== undefined)
}

function describeHeadline(facts: SummaryFacts, texts: SummaryTexts) {
  const { kind, standing, from, component } = facts
  const thing = texts.things[component]
  if (standing.verdict === 'refused') return texts.refusedHeadline[kind](from.join(', ') || texts.unknownSender, thing)
  return texts.headline[kind](findWho(facts) || texts.somebody, thing)
}

function findWho({ kind, organizer, speakers, from, standing }: SummaryFacts): string {
  // RFC 5546, 3.3.1 and 3.3.3: free/busy is told by the ATTENDEE, or published by the ORGANIZER.
  const publisher = kind === 'free-busy' && standing.verdict !== 'passed' ? organizer : undefined
  const person = organizerSpeaks.has(kind) ? organizer : (speakers.shown[0] ?? publisher)
  return person ? person.name || person.address : from.join(', ')
}

/** Free and busy times have no title: whose they are stands for it. */
function isAboutTimes({ kind }: SummaryFacts): boolean {
  return kind === 'free-busy' || kind === 'free-busy-question'
}

const organizerSpeaks: ReadonlySet<SummaryFacts['kind']> = new Set([
  'invitation',
  'update',
  'cancellation',
  'publication',
  'addition',
  'proposal-declined',
  'free-busy-question',
])

/** Where something was done, the rest says what. */
function makeStanding({ standing }: SummaryFacts, texts: SummaryTexts): Block | undefined {
  const { verdict, code, detail } = standing
  if (verdict === 'applied') return undefined
  const [reason = texts.otherReason(detail)] = findSentence(texts.reasons, code, detail)
  return makeParagraph(`${texts.standing[verdict]} ${reason}`)
}

function findSentence(
  sentences: Readonly<Record<string, (detail: string) => string>>,
  code: string,
  detail: string,
): readonly string[] {
  const sentence = Object.hasOwn(sentences, code) ? sentences[code] : undefined
  return sentence ? [sentence(detail)] : []
}

function makeRows(facts: SummaryFacts, texts: Texts): readonly Row[] {
  const { summary } = texts
  // Free and busy times have no title, and who tells of them stands above.
  const isTimesOnly = isAboutTimes(facts)
  const rows: readonly Row[] = [
    { label: texts.what, lines: isTimesOnly ? [] : [[facts.title || texts.untitled]] },
    {
      label: summary.answered,
      lines: answers.has(facts.kind)
        ? listBounded(facts.speakers, (speaker) => [describeSpeaker(speaker, summary)], summary)
        : [],
    },
    { label: texts.when, lines: facts.when.map((time) => [showTime(time, summary)]) },
    { label: summary.oneDate, lines: describeInstance(facts, summary) },
    { label: summary.repeats, lines: facts.repeats?.rule ? [[summary.rule(facts.repeats.rule)]] : [] },
    { label: summary.nextDates, lines: listNextDates(facts.repeats, summary) },
    { label: summary.dates, lines: listBounded(facts.dates, (date) => [describeDate(date, summary)], summary) },
    { label: texts.where, lines: facts.where === '' ? [] : [makeInline(facts.where)] },
    ...facts.links.map(({ kind, url, label }) => ({
      label: summary.link[kind],
      lines: [[...makeInline(url), ...(label === '' ? [] : [` (${label})`])]],
    })),
    { label: summary.organizer, lines: facts.organizer && !isTimesOnly ? [[showPerson(facts.organizer)]] : [] },
    {
      label: summary.attendees,
      lines: isTimesOnly ? [] : listBounded(facts.attendees, (one) => [describeAttendee(one, summary)], summary),
    },
    { label: summary.from, lines: facts.standing.verdict === 'refused' ? [[facts.from.join(', ')]] : [] },
  ]
  return rows.filter(({ lines }) => lines.length > 0)
}

/** What says how somebody answers. */
const answers: ReadonlySet<SummaryFacts['kind']> = new Set(['answer', 'proposal'])

/** A text that is nothing but an address of the web becomes a link. */
function makeInline(text: string): readonly Inline[] {
  return [isWebAddress(text) ? { url: text } : text]
}

function listBounded<Item>(
  { shown, more }: Bounded<Item>,
  describe: (item: Item) => readonly Inline[],
  texts: SummaryTexts,
): readonly (readonly Inline[])[] {
  return [...shown.map(describe), ...(more === 0 ? [] : [[texts.more(more)]])]
}

export function showTime({ text, weekday, clock }: ShownTime, texts: SummaryTexts): string {
  return `${texts.weekdays[weekday] ?? ''}, ${text}${clock === 'organizer' ? ` – ${texts.organizersClock}` : ''}`
}

function showPerson({ name, address }: PersonFacts): string {
  if (address === '') return name
  return name === '' || name === address ? address : `${name} <${address}>`
}

function describeAttendee(attendee: AttendeeFacts, texts: SummaryTexts): string {
  const remarks = [
    ...(attendee.isReader ? [texts.you] : []),
    ...(attendee.isOptional ? [texts.optional] : []),
    showParticipation(attendee.participation, texts),
  ]
  return `${showPerson(attendee)} – ${remarks.join(', ')}`
}

function showParticipation(participation: string, texts: SummaryTexts): string {
  return findWord(texts.participation, participation) ?? participation
}

function findWord(words: Readonly<Record<string, string>>, key: string): string | undefined {
  return Object.hasOwn(words, key) ? words[key] : undefined
}

function describeSpeaker(speaker: SpeakerFacts, texts: SummaryTexts): string {
  const delegates = speaker.delegates.length === 0 ? '' : ` (${speaker.delegates.join(', ')})`
  return `${showPerson(speaker)} – ${showParticipation(speaker.participation, texts)}${delegates}`
}

function describeInstance({ instance }: SummaryFacts, texts: SummaryTexts): readonly (readonly Inline[])[] {
  if (!instance) return []
  const { original, andLater } = instance
  const scope = andLater ? texts.thisAndLater : texts.onlyThis
  return [[original ? `${scope} – ${texts.originally(showTime(original, texts))}` : scope]]
}

function listNextDates(repeats: RepeatFacts | undefined, texts: SummaryTexts): readonly (readonly Inline[])[] {
  if (!repeats) return []
  return [...repeats.next.map((time) => [showTime(time, texts)]), ...(repeats.isCut ? [['…']] : [])]
}

function describeDate({ original, now }: DateFacts, texts: SummaryTexts): string {
  const before = original ? showTime(original, texts) : '?'
  if (!now) return texts.notOn(before)
  return now.text === original?.text ? before : `${before} → ${showTime(now, texts)}`
}

function describeChange(change: ChangeFacts, texts: Texts): readonly (readonly Inline[])[] {
  const { summary } = texts
  const label = summary.changes[change.kind]
  switch (change.kind) {
    case 'when':
      return [[`${label} ${showTime(change.before, summary)} → ${showTime(change.after, summary)}`]]
    case 'title':
    case 'where':
    case 'link':
      return [[`${label} ${change.before || summary.nothing} → ${change.after || summary.nothing}`]]
    case 'status':
      return [[`${label} ${showStatus(change.before, summary)} → ${showStatus(change.after, summary)}`]]
    case 'rule': {
      const [before, after] = [change.before, change.after].map((rule) => (rule ? summary.rule(rule) : '…'))
      return [[before === after ? label : `${label} ${before} → ${after}`]]
    }
    case 'dates-left-out':
    case 'dates-added':
      return [[`${label} ${joinBounded(change.dates, (time) => showTime(time, summary), summary)}`]]
    case 'attendees-added':
    case 'attendees-removed':
      return [[`${label} ${joinBounded(change.people, showPerson, summary)}`]]
    case 'description':
      return [[label]]
  }
}

function showStatus(status: string, texts: SummaryTexts): string {
  return findWord(texts.status, status) ?? status
}

function joinBounded<Item>({ shown, more }: Bounded<Item>, show: (item: Item) => string, texts: SummaryTexts): string {
  return [...shown.map(show), ...(more === 0 ? [] : [texts.more(more)])].join('; ')
}

function makeConflicts(conflicts: Bounded<ConflictFacts> | undefined, { summary, untitled }: Texts): Block | undefined {
  if (!conflicts) return undefined
  if (conflicts.shown.length === 0) return makeParagraph(summary.noConflicts)
  const items = listBounded(
    conflicts,
    ({ title, first, isTentative, count }) => {
      const tentative = isTentative ? ` (${summary.tentative})` : ''
      const more = count > 1 ? ` ${summary.moreDates(count - 1)}` : ''
      return [`${showTime(first, summary)}: ${title || untitled}${tentative}${more}`]
    },
    summary,
  )
  return { kind: 'list', title: summary.conflicts, items }
}

/** A mailbox of the organizer is offered where the original, which programs could answer, is not at hand. */
function makeNext({ next, original, organizer, ownAnswer }: SummaryFacts, texts: SummaryTexts): Block {
  const text = texts.next[next](showParticipation(ownAnswer ?? '', texts))
  const isAnswer = next === 'answer' || next === 'answer-again' || next === 'answer-if-wanted'
  const address = organizer?.address ?? ''
  if (!isAnswer || original !== 'nowhere')
    return makeParagraph(isAnswer ? `${text} ${texts.answerWith[original]}` : text)
  return makeParagraph(`${text} ${texts.answerWith.nowhere}${address === '' ? '' : ` ${address}`}`)
}

function makeManagerLink(
  { uid }: SummaryFacts,
  texts: SummaryTexts,
  managerUrl: string | undefined,
): Block | undefined {
  if (managerUrl === undefined || uid === '') return undefined
  const url = `${managerUrl.replace(/\/+$/, '')}/${encodeUid(uid)}`
  return isWebAddress(url) ? { kind: 'paragraph', text: [`${texts.manager} `, { url }] } : undefined
}

/** A UID may hold half a character, which no address can say. */
function encodeUid(uid: string): string {
  return encodeURIComponent(uid.replace(/\p{Cs}/gu, '\ufffd'))
}

function makeParagraph(text: string): Block {
  return { kind: 'paragraph', text: [text] }
}

function makeList(title: string, items: readonly (readonly Inline[])[]): Block | undefined {
  return items.length === 0 ? undefined : { kind: 'list', title, items }
}

function makeQuotation(title: string, text: string): Block | undefined {
  return text === '' ? undefined : { kind: 'quotation', title, text }
}
