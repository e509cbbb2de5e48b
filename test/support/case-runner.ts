// Runs a golden conversation: each arrival with what must come of it; whatever else goes out or changes is a failure.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  type ArrivalBlock,
  type BecauseBlock,
  type Block,
  type CaseFile,
  type Expectation,
  isExpectation,
  type NamedValue,
  type OutgoingBlock,
  type Route,
  type Scene,
  type StateBlock,
} from './case-file.ts'
import { changeHeader, findField, makeArrivingMail, readAnswerMail } from './case-mail.ts'
import { findSummaryVerb, judgeSummary, writeSummary } from './case-summary.ts'
import type { CaseWorld, Happened, SentMail, ToldVerdict } from './case-world.ts'
import { makeLineDiff } from './line-diff.ts'

/** What does not fit, and the line of the case file it is about. */
export interface Misfit {
  readonly line: number
  readonly text: string
}

export interface CaseRun {
  /** Of the first arrival that did not go as told: what follows it would say nothing. */
  readonly misfits: readonly Misfit[]
  /** The file as it would be right, all arrivals taken to have gone well. */
  readonly rewritten: string
}

/** With `goOn` also past misfits, so that all of the file can be written anew. */
export async function runCase(file: CaseFile, world: CaseWorld, goOn = false): Promise<CaseRun> {
  const written: string[] = []
  let last: Arrived | undefined
  let misfits: readonly Misfit[] = []
  for (let index = 0; index < file.blocks.length; ) {
    const block = file.blocks[index]
    if (!block) break
    index += 1
    written.push(...block.text)
    if (isExpectation(block)) throw new Error(`${file.path}:${block.line}: nothing has arrived yet`)
    if (block.kind === 'scene') await setScene(block, world)
    if (block.kind !== 'arrival') continue
    const end = findEndOfStep(file.blocks, index)
    const step = file.blocks.slice(index, end)
    index = end
    const before = await showAll(world)
    last = nextMail(block, last, world, file.path)
    const happened = await world.receive(last.route, last.bytes)
    const after = await showAll(world)
    const judged = judgeStep(block, step, { happened, before, after, original: last.bytes })
    written.push(...judged.rewritten)
    misfits = judged.misfits
    if (misfits.length > 0 && !goOn) break
  }
  return { misfits, rewritten: `${written.join('\n')}\n` }
}

/** An error whose text and place name the case file. */
export function makeCaseError(file: CaseFile, level: string, misfits: readonly Misfit[]): Error {
  const texts = misfits.map(({ line, text }) => `${file.path}:${line}: ${text}`)
  const error = new Error(`${level}: ${texts.join('\n')}`)
  error.stack = `Error: ${error.message}\n    at ${file.path}:${misfits[0]?.line ?? 1}:1`
  return error
}

interface Arrived {
  readonly route: Route
  readonly bytes: Uint8Array
  /** How many mails have arrived that were not an earlier one again. */
  readonly number: number
}

async function setScene(scene: Scene, world: CaseWorld): Promise<void> {
  if (scene.scene === 'now') world.clock.set(scene.instant)
  if (scene.scene === 'config') world.configure(scene.setting)
  if (scene.scene === 'user') world.writePreferences(scene.user, scene.preferences)
  if (scene.scene === 'key') writeFileSync(join(world.folder, 'answer.key'), scene.key, { mode: 0o640 })
  if (scene.scene === 'quota') await world.setQuota(scene.quota, scene.settings)
}

function nextMail(arrival: ArrivalBlock, last: Arrived | undefined, world: CaseWorld, path: string): Arrived {
  const { mail, header } = arrival
  const route = arrival.route === 'same' ? last?.route : arrival.route
  if (!route || (mail.kind === 'again' && !last))
    throw new Error(`${path}:${arrival.line}: nothing has arrived that could come again`)
  if (mail.kind === 'again') return { number: 0, ...last, route, bytes: changeHeader(last?.bytes ?? noBytes, header) }
  const number = (last?.number ?? 0) + 1
  if (mail.kind === 'file') {
    const bytes = readFileSync(join(import.meta.dirname, '..', mail.path))
    return { route, bytes: changeHeader(bytes, header), number }
  }
  const to = route.options.has('original') ? [route.options.get('original') ?? ''] : route.recipients
  const bytes = makeArrivingMail({ from: route.sender, to, lines: mail.lines, header, now: world.clock.now(), number })
  return { route, bytes, number }
}

const noBytes = new Uint8Array()

/** What is expected of an arrival stands between it and the next one or the next scene. */
function findEndOfStep(blocks: readonly Block[], start: number): number {
  const end = blocks.findIndex((block, index) => index >= start && block.kind !== 'note' && !isExpectation(block))
  const next = end === -1 ? blocks.length : end
  const last = blocks.slice(start, next).findLastIndex(isExpectation)
  return start + last + 1
}

type Stores = ReadonlyMap<string, readonly string[]>

async function showAll(world: CaseWorld): Promise<Stores> {
  const stores = new Map<string, readonly string[]>()
  for (const user of await world.listUsers()) stores.set(user, await world.showStore(user))
  for (const [quota, lines] of await world.showQuotas()) stores.set(`quota ${quota}`, lines)
  return stores
}

interface StepFacts {
  readonly happened: Happened
  readonly before: Stores
  readonly after: Stores
  readonly original: Uint8Array
}

interface JudgedStep {
  readonly misfits: readonly Misfit[]
  readonly rewritten: readonly string[]
}

/** How one expectation came out, and what should stand in its place. */
type Judgement = { readonly misfit: string | undefined; readonly text: readonly string[] }

function judgeStep(arrival: ArrivalBlock, step: readonly Block[], facts: StepFacts): JudgedStep {
  const judge = makeJudge(facts)
  const misfits: Misfit[] = []
  const rewritten: string[] = []
  for (const block of step) {
    if (!isExpectation(block)) {
      rewritten.push(...block.text)
      continue
    }
    const { misfit, text } = judge.expectation(block)
    if (misfit !== undefined) misfits.push({ line: block.line, text: misfit })
    rewritten.push(...text)
  }
  for (const { misfit, text } of judge.rest()) {
    misfits.push({ line: arrival.line, text: misfit ?? '' })
    // Notes behind the last expectation belong to what comes next.
    rewritten.push(...text)
  }
  return { misfits, rewritten }
}

function makeJudge({ happened, before, after, original }: StepFacts) {
  const mails = [...happened.sent]
  const verdicts = [...happened.verdicts]
  const changed = new Set([...after.keys()].filter((user) => !isSame(before.get(user), after.get(user))))

  function judgeOutgoing(block: OutgoingBlock): Judgement {
    const wanted = mails.findIndex((mail) => isMeant(mail, block))
    const [mail] = wanted === -1 ? [] : mails.splice(wanted, 1)
    if (!mail) return { misfit: `did not go out: ${block.verb} to ${block.address}`, text: [] }
    if (block.verb === 'send') return judgeAnswer(block, mail)
    // The order in which a mailbox gets its mails is what the user has chosen.
    if (mail.way === 'onward' && mails.slice(0, wanted).some((other) => isBefore(other, mail)))
      return { misfit: `${block.verb} to ${block.address} came later than something else`, text: block.text }
    if (mail.kind === 'summary') return judgeSummary(block, mail, original)
    const tail = block.verb === 'deliver' ? removeVerdictFields(mail.bytes, block) : removeResentFields(mail.bytes)
    if (Buffer.compare(normalizeLineEnds(tail), normalizeLineEnds(original)) !== 0)
      return { misfit: `the mail that went on to ${block.address} is not the one that came`, text: block.text }
    const bad = block.header.filter(({ name, value }) => readTopField(mail.bytes, name) !== value)
    return bad.length === 0
      ? { misfit: undefined, text: block.text }
      : {
          misfit: `the header says ${bad.map(({ name }) => `${name}: ${readTopField(mail.bytes, name)}`)}`,
          text: block.text,
        }
  }

  function judgeState(block: StateBlock): Judgement {
    changed.delete(block.user)
    const there = after.get(block.user) ?? []
    const expected = readExpectedState(block, before.get(block.user) ?? [])
    if (isSame(expected, there)) return { misfit: undefined, text: block.text }
    return {
      misfit: `the store of ${block.user} is another\n${makeLineDiff(expected, there)}`,
      text: writeState(block.user, there),
    }
  }

  function judgeBecause(block: BecauseBlock): Judgement {
    const verdict = verdicts.shift()
    if (!verdict) return { misfit: 'no verdict, but one was to be given', text: [] }
    const { word, code, piece } = block
    const isPieceThere = piece === undefined || (verdict.texts?.some((text) => text.includes(piece)) ?? true)
    if ((word ?? verdict.word) === verdict.word && (code ?? verdict.code) === verdict.code && isPieceThere)
      return { misfit: undefined, text: block.text }
    const text = writeBecause(verdict)
    return { misfit: `another verdict\n${makeLineDiff(block.text, text)}`, text }
  }

  return {
    expectation(block: Expectation): Judgement {
      if (block.kind === 'outgoing') return judgeOutgoing(block)
      return block.kind === 'state' ? judgeState(block) : judgeBecause(block)
    },
    /** What happened without being told. */
    *rest(): Generator<Judgement> {
      for (const mail of mails) {
        const text = writeMail(mail)
        yield { misfit: `went out, but is not told:\n${text.join('\n')}`, text }
      }
      for (const user of changed) {
        const text = writeState(user, after.get(user) ?? [])
        yield {
          misfit: `a store changed, but it is not told: ${user}\n${makeLineDiff(before.get(user) ?? [], after.get(user) ?? [])}`,
          text,
        }
      }
      for (const verdict of verdicts) {
        const text = writeBecause(verdict)
        yield { misfit: `a verdict that is not told:\n${text.join('\n')}`, text }
      }
      if (happened.exit !== '0') yield { misfit: `the mail system was told ${happened.exit}`, text: [] }
    },
  }
}

function isMeant(mail: SentMail, block: OutgoingBlock): boolean {
  return findVerb(mail) === block.verb && isSame(mail.recipients, [block.address])
}

function findVerb(mail: SentMail): OutgoingBlock['verb'] {
  if (mail.kind === 'summary') return findSummaryVerb(mail.bytes)
  return mail.kind === 'answer' ? 'send' : mail.way === 'onward' ? 'deliver' : 'resend'
}

function isBefore(other: SentMail, mail: SentMail): boolean {
  return other.way === 'onward' && isSame(other.recipients, mail.recipients)
}

function judgeAnswer(block: OutgoingBlock, mail: SentMail): Judgement {
  const answer = readAnswerMail(mail.bytes)
  const faults = [...answer.faults]
  for (const { name, value } of block.header) {
    const there = findField(answer.header, name)
    if (there !== value) faults.push(`the header says ${name}: ${there}`)
  }
  for (const condition of block.conditions)
    if (!isHolding(condition, answer.lines)) faults.push(`${condition.name}=${condition.value} is not in it`)
  if (block.lines.length > 0 && !isSame(block.lines, answer.lines))
    faults.push(`it has another content\n${makeLineDiff(block.lines, answer.lines)}`)
  if (block.lines.length === 0 && block.conditions.length === 0) faults.push('the case does not say what is in it')
  if (
    block.lines.length === 0 &&
    answer.lines.includes('--') &&
    !block.conditions.some(({ name }) => name === 'METHOD')
  )
    faults.push('there is free/busy beside it, of which the case does not tell')
  if (faults.length === 0) return { misfit: undefined, text: block.text }
  return {
    misfit: `the answer to ${block.address} is another: ${faults.join('\n')}`,
    text: [
      block.text[0] ?? '',
      ...block.header.map(({ name }) => `  ${name}: ${findField(answer.header, name)}`),
      ...answer.lines,
    ],
  }
}

/** A property with that value (or what stands before its first semicolon), or a parameter of the ATTENDEE. */
function isHolding({ name, value }: NamedValue, lines: readonly string[]): boolean {
  return lines.some((line) => {
    const [, head = '', text = ''] = /^((?:[^":]|"[^"]*")*):(.*)$/.exec(line) ?? []
    const [property, ...parameters] = head.split(';')
    if (property === name) return text === value || text.startsWith(`${value};`)
    return property === 'ATTENDEE' && parameters.includes(`${name}=${value}`)
  })
}

function readExpectedState({ expected }: StateBlock, before: readonly string[]): readonly string[] {
  if (expected === 'unchanged') return before
  return expected === 'nothing' ? [] : expected
}

function writeState(user: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [`= ${user}  nothing`] : [`= ${user}`, ...lines]
}

function writeMail(mail: SentMail): readonly string[] {
  const to = mail.recipients.join(', ')
  if (mail.kind === 'answer') return [`< send to ${to}`, ...readAnswerMail(mail.bytes).lines]
  if (mail.kind === 'summary') return writeSummary(mail)
  return [`< ${findVerb(mail)} to ${to}`]
}

function writeBecause({ word, code, texts }: ToldVerdict): readonly string[] {
  return [`because ${word} ${code}${texts === undefined ? '' : `: ${texts[0]}`}`]
}

function isSame(a: readonly string[] | undefined, b: readonly string[] | undefined): boolean {
  return (a ?? []).join('\n') === (b ?? []).join('\n')
}

/** On the wire every line ends with CRLF. */
function normalizeLineEnds(bytes: Uint8Array): Buffer {
  return Buffer.from(Buffer.from(bytes).toString('latin1').replace(/\r?\n/g, '\r\n'), 'latin1')
}

/** RFC 5322, 3.6.6: the fields of whoever hands a mail on stand above all others. */
function removeResentFields(bytes: Uint8Array): Uint8Array {
  const text = Buffer.from(bytes).toString('latin1')
  return Buffer.from(text.replace(/^(?:Resent-[A-Za-z-]+:.*\r\n(?:[ \t].*\r\n)*)+/, ''), 'latin1')
}

/** Where the case tells of them, they stand above what came. */
function removeVerdictFields(bytes: Uint8Array, { header }: OutgoingBlock): Uint8Array {
  if (!header.some(({ name }) => name === 'X-Imip-Agent')) return bytes
  const text = Buffer.from(bytes).toString('latin1')
  return Buffer.from(text.replace(/^(?:X-Imip-Agent:.*\r?\n(?:[ \t].*\r?\n)*)+/, ''), 'latin1')
}

function readTopField(bytes: Uint8Array, name: string): string {
  const text = Buffer.from(bytes)
    .toString('utf8')
    .replace(/\r?\n(?=[ \t])/g, '')
  return new RegExp(`^${name}: ?(.*?)\\r?$`, 'im').exec(text)?.[1] ?? ''
}
