// 20,000 random rules against Debian's python3-dateutil, as local times and as instants in five zones. With another number in
// RECURRENCE_RULES, or another RECURRENCE_SEED, other rules. RECURRENCE_REPORT=1 lists the time-outs.
import { describe, expect, test } from 'vitest'
import { isFault } from '../../src/calendar/fault.ts'
import { type Occurrence, readRecurrence, walkOccurrences } from '../../src/calendar/recurrence.ts'
import { toInstant } from '../../src/calendar/time-zone.ts'
import { askDateutil, hasDateutil, type OracleAnswer } from './oracle/dateutil.ts'
import { type DifferenceKind, makeExpected, putQuestion, type Question } from './oracle/dateutil-differences.ts'
import { makeRandom, makeRandomRule, type RandomRule } from './oracle/random-rules.ts'
import { makeComponent, showStarts, zonesFor } from './recurrence-source.ts'

const amount = Number(process.env.RECURRENCE_RULES ?? 20_000)
const seed = Number(process.env.RECURRENCE_SEED ?? 5545)
const zones = ['Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'America/St_Johns', 'Asia/Kolkata']
/** So many times of each rule are looked at. */
const most = 20

describe('random rules', () => {
  if (!hasDateutil()) {
    test.skip('skipped: /usr/bin/python3 has no dateutil (tools/dev/install-test-packages.sh brings it)')
    return
  }

  test(`${amount} of them (seed ${seed}) agree with dateutil and zoneinfo`, { timeout: 600_000 }, async () => {
    const random = makeRandom(seed)
    const asked: { readonly original: RandomRule; readonly question: Question }[] = []
    const kinds = new Map<DifferenceKind, number>()
    for (let at = 0; at < amount; at++) {
      const original = makeRandomRule(random)
      const { question, kinds: met } = putQuestion(original)
      for (const kind of met) kinds.set(kind, (kinds.get(kind) ?? 0) + 1)
      if (question) asked.push({ original, question })
    }
    const answers = await askInTwo(asked.map(({ question }) => question))
    expect(answers.length).toBe(asked.length)

    const differences: string[] = []
    const timeouts: string[] = []
    const failures: string[] = []
    let compared = 0
    for (const [at, { original, question }] of asked.entries()) {
      const answer = answers[at]
      if (answer === undefined) continue
      if (answer.ended === 'timeout') timeouts.push(`${original.start} ${original.rule}`)
      else if (answer.ended !== 'done') failures.push(`${original.rule}: ${answer.ended}`)
      compared += answer.locals.length
      const difference = compareLocals(original, question, answer) ?? compareZones(original, question, answer)
      if (difference) differences.push(`${original.start} ${original.rule}\n${difference}`)
    }
    expect(differences).toEqual([])
    expect(failures).toEqual([])
    expect(compared).toBeGreaterThan(amount * 6)
    // Rules that come true rarely; what dateutil had found until then was compared all the same.
    expect(timeouts.length).toBeLessThan(amount * 0.1)
    const counts = [...kinds].map(([kind, count]) => `${kind} ${count}`).join(', ')
    process.stdout.write(
      `${amount} rules, seed ${seed}: ${compared} times compared, ${timeouts.length} time-outs of dateutil; asked in other words: ${counts}\n`,
    )
    if (process.env.RECURRENCE_REPORT) process.stdout.write(`${timeouts.join('\n')}\n`)
  })
})

async function askInTwo(questions: readonly Question[]): Promise<readonly OracleAnswer[]> {
  const half = Math.ceil(questions.length / 2)
  const jobs = questions.map(({ start, rule }) => ({ start, rule, most, zones }))
  const [first, second] = await Promise.all([askDateutil(jobs.slice(0, half)), askDateutil(jobs.slice(half))])
  return [...first, ...second]
}

const floating = zonesFor('UTC')

function compareLocals(original: RandomRule, question: Question, answer: OracleAnswer): string | undefined {
  const recurrence = readRecurrence(makeComponent(`DTSTART:${original.start}\nRRULE:${original.rule}`))
  const expected = makeExpected(question, answer.locals)
  const got =
    recurrence === undefined || isFault(recurrence)
      ? [recurrence?.code]
      : showStarts(walkOccurrences(recurrence, floating), expected.length + 1)
  // A rule without anything but DTSTART is refused by name.
  if (got[0] === 'rule-yields-nothing' && expected.length === 1) return undefined
  const isWhole = answer.ended === 'done' && answer.locals.length < most
  const compared = isWhole ? got : got.slice(0, expected.length)
  return JSON.stringify(compared) === JSON.stringify(expected)
    ? undefined
    : `  ours     ${compared.join(' ')}\n  dateutil ${expected.join(' ')}`
}

const knownZones = zones.map((name) => ({ name, zones: zonesFor(name) }))

function compareZones(original: RandomRule, question: Question, answer: OracleAnswer): string | undefined {
  // UNTIL in UTC would be another instant in each zone; COUNT is counted on local times.
  if (/UNTIL/.test(original.rule)) return undefined
  for (const [at, { name, zones: resolved }] of knownZones.entries()) {
    const converted = answer.zones[at]
    const recurrence = readRecurrence(makeComponent(`DTSTART;TZID=${name}:${original.start}\nRRULE:${original.rule}`))
    if (converted === undefined || recurrence === undefined || isFault(recurrence)) continue
    const expected = new Set<number>()
    let sure = converted.sure ?? Number.NEGATIVE_INFINITY
    const wanted = makeExpected(question, answer.locals)
    for (const [index, local] of answer.locals.entries()) {
      const instant = converted.instants[index] ?? 0
      if (wanted.includes(local)) expected.add(instant)
      else if (local > (wanted.at(-1) ?? '')) sure = Math.min(sure, instant - 1)
    }
    const ours: number[] = []
    for (const occurrence of walkOccurrences(recurrence, resolved)) {
      if (isFault(occurrence) || (occurrence as Occurrence).start > sure) break
      ours.push(occurrence.start)
    }
    // DTSTART, which dateutil leaves out where it does not fit, was compared as a local time.
    const first = toInstant(recurrence.extent.start, resolved)
    const theirs = [...expected].filter((instant) => instant <= sure && instant !== first).sort((a, b) => a - b)
    const rest = ours.filter((instant) => instant !== first)
    if (JSON.stringify(rest) !== JSON.stringify(theirs)) {
      return `  in ${name}\n  ours     ${rest.join(' ')}\n  zoneinfo ${theirs.join(' ')}`
    }
  }
  return undefined
}
