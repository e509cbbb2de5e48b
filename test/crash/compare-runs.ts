// What must hold after a failure and another try: nothing lost, nothing twice that matters, nothing that contradicts.
import type { SentMail } from '../support/case-world.ts'
import { makeLineDiff } from '../support/line-diff.ts'
import type { SeenStore } from './see-store.ts'

/** All that a mail came to: of a run that nobody disturbed, or of all tries together. */
export interface Came {
  /** The last word to the mail system: `0`, `75` or `69`. */
  readonly exit: string
  readonly sent: readonly SentMail[]
  readonly seen: SeenStore
}

/** What the failure may take with it. */
export interface Allowance {
  /** Other stamps, since the clock was another. */
  readonly stamps?: boolean
  /**
   * What is told beside the original, in a summary or above it: a summary is tried once, and no failure of it holds the original back;
   * what was to be told is not synced, and may say `known already` after a power loss or where it could not be written.
   */
  readonly told?: boolean
  /** A verdict that changes nothing is not waited for: without power it may be gone. */
  readonly verdicts?: boolean
}

export function compareRuns(expected: Came, found: Came, allowed: Allowance): readonly string[] {
  const stamped = allowed.stamps === true
  return [
    ...found.seen.contradictions,
    ...compareLines(expected.seen.lines, found.seen.lines, stamped),
    ...(found.seen.waiting.join() === expected.seen.waiting.join()
      ? []
      : [`there waits ${found.seen.waiting.join() || 'nothing'}`]),
    ...(found.exit === expected.exit ? [] : [`it ended with ${found.exit}, not ${expected.exit}`]),
    ...(allowed.verdicts ? [] : compareVerdicts(expected.seen.verdicts, found.seen.verdicts)),
    ...compareMails(expected.sent.map(readMail), found.sent.map(readMail), allowed),
  ]
}

function compareLines(expected: SeenStore['lines'], found: SeenStore['lines'], stamped: boolean): readonly string[] {
  const read = (lines: readonly string[] | undefined) => (lines ?? []).map((line) => (stamped ? mask(line) : line))
  return [...new Set([...expected.keys(), ...found.keys()])].flatMap((name) => {
    const [one, other] = [read(expected.get(name)), read(found.get(name))]
    return one.join('\n') === other.join('\n') ? [] : [`${name} is another\n${makeLineDiff(one, other)}`]
  })
}

/** By another clock the stamps are others. */
function mask(line: string): string {
  return line.replace(/\d{8}T\d{6}Z/g, 'TIME')
}

/** A program that was stopped may have written its own, so there may be more. */
function compareVerdicts(expected: readonly string[], found: readonly string[]): readonly string[] {
  return expected.filter((verdict) => !found.includes(verdict)).map((verdict) => `the verdict is missing: ${verdict}`)
}

function compareMails(
  expected: readonly ReadMail[],
  found: readonly ReadMail[],
  allowed: Allowance,
): readonly string[] {
  const violations: string[] = []
  for (const mail of expected) {
    const same = found.filter((other) => other.name === mail.name)
    const isTold = mail.way === 'onward'
    if (same.length === 0) {
      if (!allowed.told || mail.kind !== 'summary' || !isTold) violations.push(`did not go out: ${mail.name}`)
      continue
    }
    // All that is repeated is the same; only what the mailbox was told in full once may be told again as known already.
    const judged = isTold ? same.slice(0, 1) : same
    const read = isTold && allowed.told ? withoutTold : (text: string) => text
    if (
      !allowed.stamps &&
      mail.kind !== 'summary' &&
      same.some(({ text }) => withoutTold(text) !== withoutTold(mail.text))
    )
      violations.push(`went out changed: ${mail.name}`)
    const isSummaryLoose = mail.kind === 'summary' && isTold && allowed.told
    const other = judged.find(({ text }) => read(text) !== read(mail.text))
    if (!allowed.stamps && !isSummaryLoose && other)
      violations.push(`went out with other words: ${mail.name}${showWords(mail, other)}`)
  }
  // The original is never wrong where a summary alone could not be delivered.
  const mayCome = ({ kind, way }: ReadMail) => allowed.told && kind === 'original' && way === 'onward'
  for (const mail of found)
    if (!mayCome(mail) && !expected.some((other) => other.name === mail.name))
      violations.push(`went out in addition: ${mail.name}`)
  const [wanted, given] = [findLast(expected), findLast(found)]
  for (const [about, name] of wanted)
    if (given.get(about) !== name) violations.push(`the last answer about ${about} is another: ${given.get(about)}`)
  return violations
}

/** What stands above the mail of somebody else. */
function withoutTold(text: string): string {
  return text.replace(/^(?:X-Imip-Agent:.*\r?\n(?:[ \t].*\r?\n)*)+/, '')
}

function showWords(one: ReadMail, other: ReadMail): string {
  return `\n${makeLineDiff(one.text.split(/\r?\n/), other.text.split(/\r?\n/))}`
}

/** The last answer about each event or date that somebody was given by somebody. */
function findLast(mails: readonly ReadMail[]): ReadonlyMap<string, string> {
  const answers = mails.filter(({ way, kind }) => way === 'outward' && kind === 'answer')
  return new Map(answers.map(({ text, name }) => [readSubject(text), name]))
}

function readSubject(text: string): string {
  const from = /^from:.*$/im.exec(text)?.[0]
  const to = /^to:.*$/im.exec(text)?.[0]
  const encoded = /text\/calendar[\s\S]*?\r\n\r\n([A-Za-z0-9+/=\r\n]+)/.exec(text)?.[1] ?? ''
  const calendar = Buffer.from(encoded, 'base64')
    .toString('utf8')
    .replace(/\r\n[ \t]/g, '')
  const named = calendar.match(/^(?:UID|RECURRENCE-ID)[;:].*$/gm) ?? []
  return [from, to, ...new Set(named)].join(' ').replaceAll('\r', '')
}

interface ReadMail extends Pick<SentMail, 'kind' | 'way'> {
  /** Mails that are the same to whoever gets them have the same. */
  readonly name: string
  readonly text: string
}

function readMail({ kind, way, recipients, bytes }: SentMail): ReadMail {
  const text = Buffer.from(bytes).toString('latin1')
  const id = /^message-id:\s*(\S*)/im.exec(text)?.[1] ?? 'without Message-ID'
  return { kind, way, text, name: `${kind} ${way} to ${recipients.join(',')} ${id}` }
}
