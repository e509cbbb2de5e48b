// imip-admin explain: what the agents would do with a mail, and why. The way of a message itself is run, but nothing is changed or sent.

import type { Verdict } from '../agents/verdict.ts'
import { readMailbox } from '../calendar/calendar-address.ts'
import { type ExitCode, exitCode } from '../cli/exit-code.ts'
import { parseHeader } from '../mail/header.ts'
import type { OutgoingMail } from '../mail/outgoing-mail.ts'
import type { Transport } from '../mail/transport/transport.ts'
import { noAttempts } from '../pipeline/attempts.ts'
import type { Outcome } from '../pipeline/outcome.ts'
import { processMail } from '../pipeline/process-mail.ts'
import type { RawMail } from '../pipeline/raw-mail.ts'
import { serializeVerdict } from '../pipeline/serialize-verdict.ts'
import { steps } from '../pipeline/steps.ts'
import type { World } from '../pipeline/world.ts'
import type { AdminWorld } from './admin-world.ts'
import { readCalendarInput } from './calendar-input.ts'
import { makeJsonList } from './json-list.ts'
import { showLine } from './show-text.ts'
import { type Given, hasOption, readOption } from './subcommand.ts'
import { Trouble, WrongUsage } from './trouble.ts'

type AgentName = World['agent']

const agentWords: Readonly<Record<string, AgentName>> = {
  person: 'imip-person',
  resource: 'imip-resource',
  'person-outgoing': 'imip-person-outgoing',
}

export async function runExplain(given: Given, world: AdminWorld): Promise<ExitCode> {
  const wanted = readAgents(given)
  const { mail } = await readCalendarInput(given.arguments[0], world)
  if (mail === undefined)
    throw new Trouble(
      'this is a calendar, no mail; `imip-admin occurrences` and `imip-admin show-mail` show what is in it',
    )
  const { bytes, facts } = mail
  const returnPath = parseHeader(bytes).find(({ name }) => name === 'return-path')?.value
  const sender = unwrap(readOption(given, 'sender')) ?? readMailbox(returnPath ?? '') ?? facts.from[0] ?? ''
  const recipients = dropRepeated(
    given.options.get('recipient')?.map((text) => unwrap(text) ?? '') ?? chooseRecipients(facts),
  )
  const login = readOption(given, 'login') ?? facts.from[0]
  const raw = {
    bytes,
    sender,
    originalRecipient: readOption(given, 'original-recipient'),
    client: undefined,
    queueId: undefined,
  }
  if (world.configuration.mode !== 'on')
    world.say(`note: mode = ${world.configuration.mode}; this is what would be done with mode = on`)

  const explained: Explained[] = []
  for (const recipient of recipients)
    for (const agent of wanted)
      if (agent !== 'imip-person-outgoing')
        explained.push(await explainFor(agent, { ...raw, recipients: [recipient], login: undefined }, world))
  if (wanted.includes('imip-person-outgoing') && login !== undefined)
    explained.push(await explainFor('imip-person-outgoing', { ...raw, recipients: [login], login }, world))
  if (explained.length === 0) throw new Trouble('the mail names no recipient; give one with -o')
  world.write(hasOption(given, 'json') ? makeJsonList(explained.flatMap(serializeExplained)) : describeAll(explained))
  return exitCode.done
}

interface Explained {
  readonly agent: AgentName
  /** The recipient, or who sent it for the outgoing agent. */
  readonly party: string
  readonly verdicts: readonly Verdict[]
  readonly answers: readonly OutgoingMail[]
  /** The user wants a summary with the mail, or in its place. */
  readonly hasSummary: boolean
  readonly outcome: Outcome
}

function readAgents(given: Given): readonly AgentName[] {
  const words = given.options.get('agent')
  if (words === undefined) return Object.values(agentWords)
  return words.map((word) => {
    const agent = Object.hasOwn(agentWords, word) ? agentWords[word] : undefined
    if (agent === undefined)
      throw new WrongUsage(`option --agent: ${word} is none of ${Object.keys(agentWords).join(', ')}`)
    return agent
  })
}

function chooseRecipients({
  deliveredTo,
  to,
}: {
  deliveredTo: readonly string[]
  to: readonly string[]
}): readonly string[] {
  return deliveredTo.length > 0 ? deliveredTo.slice(0, 1) : to
}

function dropRepeated(addresses: readonly string[]): readonly string[] {
  return [
    ...new Map(
      addresses.filter((address) => address !== '').map((address) => [address.toLowerCase(), address]),
    ).values(),
  ]
}

function unwrap(text: string | undefined): string | undefined {
  return text?.replace(/^<(.*)>$/, '$1')
}

async function explainFor(agent: AgentName, raw: RawMail, world: AdminWorld): Promise<Explained> {
  const verdicts: Verdict[] = []
  const shown: OutgoingMail[] = []
  const dryWorld: World = {
    agent,
    delivers: agent === 'imip-person',
    configuration: world.configuration,
    mode: 'on',
    dryRun: true,
    now: world.now,
    elapsed: () => 0,
    loadSteps: () => steps,
    openStore: world.openStore,
    loadZones: world.loadZones,
    onward: { transport: nowhere, spell: (recipient) => recipient },
    outward: nowhere,
    attempts: noAttempts,
    report: {
      verdict: (verdict) => verdicts.push(verdict),
      passed: () => {},
      failure: (text) => world.say(text),
      shown: (mail) => shown.push(mail),
    },
  }
  const outcome = await processMail(raw, dryWorld)
  const answers = shown.filter(({ kind }) => kind !== 'summary')
  return {
    agent,
    party: raw.recipients[0] ?? '',
    verdicts,
    answers,
    hasSummary: answers.length < shown.length,
    outcome,
  }
}

/** A mailbox and a mail system that take everything and keep nothing. */
const nowhere: Transport = {
  open: async (mail) => {
    const results = mail.envelope.recipients.map(() => ({ kind: 'delivered', reply: 'not sent' }) as const)
    return { recipients: results, finish: async () => results, abandon: async () => {} }
  },
}

function serializeExplained({ agent, party, verdicts, answers, outcome }: Explained): readonly unknown[] {
  const about = {
    agent,
    recipient: party,
    outcome: outcome.kind,
    answersTo: answers.flatMap((mail) => mail.envelope.recipients),
  }
  return verdicts.length === 0 ? [about] : verdicts.map((verdict) => ({ ...about, ...serializeVerdict(verdict) }))
}

function describeAll(explained: readonly Explained[]): string {
  const lines: string[] = []
  let party: string | undefined
  for (const each of explained) {
    if (each.party !== party) lines.push(`${party === undefined ? '' : '\n'}${each.party}`)
    party = each.party
    lines.push(...describe(each).map((line) => `  ${line}`))
  }
  return `${lines.map((line) => (line.startsWith('\n') ? `\n${showLine(line.slice(1))}` : showLine(line))).join('\n')}\n`
}

function describe({ agent, verdicts, answers, hasSummary, outcome }: Explained): readonly string[] {
  const role = agent === 'imip-person-outgoing' ? `${agent} (a copy of what this user sends)` : agent
  const lines = verdicts.length === 0 ? [`${role}: no calendar in it`] : []
  for (const verdict of verdicts) {
    const about = [verdict.method, verdict.uid, verdict.recurrenceId].filter((part) => part !== null).join(' ')
    lines.push(
      `${role}: ${verdict.verdict}${verdict.answer === null ? '' : `, answer ${verdict.answer}`}${about === '' ? '' : ` (${about})`}`,
    )
    lines.push(`  because ${verdict.reason.text} [${verdict.reason.code}; ${verdict.reason.rule}]`)
    lines.push(...verdict.notes.map((note) => `  note: ${note}`))
  }
  for (const answer of answers) lines.push(`  an answer goes to ${answer.envelope.recipients.join(', ')}`)
  if (agent === 'imip-person')
    lines.push(
      hasSummary
        ? '  the mailbox gets a summary, with or without the mail itself, as the preference incoming wants it'
        : '  the mail itself goes on to the mailbox, unchanged',
    )
  if (outcome.kind !== 'done')
    lines.push(`  the mail system is told: ${outcome.kind === 'temporary' ? outcome.reason : outcome.reply}`)
  return lines
}
