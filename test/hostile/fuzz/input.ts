// One input of the fuzzer: texts that can be cut down one by one, and what they are for.
import { fc } from '../../fast-check.ts'
import { makeDamagedMailArbitrary } from '../../mail/mail-arbitrary.ts'
import type { Corpus } from './corpus.ts'
import { mutate, mutationArbitrary } from './mutate.ts'

export type InputKind = 'conversation' | 'calendar' | 'preferences' | 'configuration' | 'dialogue'

export interface FuzzInput {
  readonly kind: InputKind
  /** Of the corpus: whose users, preferences and settings there are. */
  readonly seed: number
  /** Conversations: in both stores, which must come to the same. */
  readonly isCompared: boolean
  /** Bytes in Latin-1; what was cut away while looking for the smallest input is null. */
  readonly texts: readonly (string | null)[]
}

/** A long conversation tells no more than its first weeks, and holds up the others. */
const mostArrivals = 5

export function makeInputArbitrary(corpus: Corpus): fc.Arbitrary<FuzzInput> {
  const mails = corpus.mails.map(readText)
  const calendars = corpus.calendars.map((text) => Buffer.from(text, 'utf8').toString('latin1'))
  const mutations = fc.array(mutationArbitrary, { minLength: 1, maxLength: 6 })
  const seed = fc.nat({ max: corpus.conversations.length - 1 })
  const readArrivals = (index: number): readonly string[] =>
    corpus.conversations[index]?.arrivals.slice(0, mostArrivals).map(({ bytes }) => readText(bytes)) ?? []

  const conversation = fc
    .record({ seed, isCompared: fc.nat({ max: 9 }), changes: fc.array(fc.tuple(fc.nat(), mutations), minOne(3)) })
    .map(({ seed, isCompared, changes }): FuzzInput => {
      const texts = [...readArrivals(seed)]
      for (const [which, drawn] of changes) {
        const index = which % Math.max(1, texts.length)
        texts[index] = mutate(texts[index] ?? '', drawn, mails)
      }
      return { kind: 'conversation', seed, isCompared: isCompared === 0, texts }
    })
  const strange = fc.tuple(seed, makeDamagedMailArbitrary()).map(
    ([seed, mail]): FuzzInput => ({
      kind: 'conversation',
      seed,
      isCompared: false,
      texts: readArrivals(seed).map((text, index) => (index === 0 ? readText(mail) : text)),
    }),
  )
  const stranger = fc.tuple(seed, fc.nat(), mutations).map(
    ([seed, other, drawn]): FuzzInput => ({
      kind: 'conversation',
      seed,
      isCompared: false,
      texts: [...readArrivals(seed).slice(0, 1), mutate(mails[other % mails.length] ?? '', drawn, mails)],
    }),
  )
  const calendar = fc.tuple(seed, fc.nat(), mutations).map(
    ([seed, which, drawn]): FuzzInput => ({
      kind: 'calendar',
      seed,
      isCompared: false,
      texts: [mutate(calendars[which % calendars.length] ?? '', drawn, calendars)],
    }),
  )
  const preferenceText = corpus.preferences.map(({ name, value }) => `${name} = ${value}`)
  const preferences = fc
    .tuple(seed, fc.array(fc.nat(), minOne(4)), mutations, fc.boolean())
    .map(([seed, which, drawn, isChanged]): FuzzInput => {
      const lines = which.map((one) => preferenceText[one % preferenceText.length] ?? '').join('\n')
      const text = isChanged ? mutate(lines, drawn, preferenceText) : lines
      return { kind: 'preferences', seed, isCompared: false, texts: [text, ...readArrivals(seed)] }
    })
  const settingText = corpus.settings.map(({ name, value }) => `${name} = ${quoteValue(value)}`)
  const configuration = fc.tuple(fc.array(fc.nat(), minOne(6)), mutations).map(([which, drawn]): FuzzInput => {
    const lines = which.map((one) => settingText[one % settingText.length] ?? '').join('\n')
    return { kind: 'configuration', seed: 0, isCompared: false, texts: [mutate(lines, drawn, settingText)] }
  })
  return fc.oneof(
    { weight: 30, arbitrary: conversation },
    { weight: 3, arbitrary: strange },
    { weight: 3, arbitrary: stranger },
    { weight: 36, arbitrary: calendar },
    { weight: 3, arbitrary: preferences },
    { weight: 3, arbitrary: configuration },
    { weight: 22, arbitrary: makeDialogueArbitrary(mails) },
  )
}

function minOne(maxLength: number): { readonly minLength: number; readonly maxLength: number } {
  return { minLength: 1, maxLength }
}

/** In TOML; what is already a list, a number or a word of its own stays. */
function quoteValue(value: string): string {
  return /^(?:\[|\{|\d+$|true$|false$)/.test(value) ? value : JSON.stringify(value)
}

/** What a client says: one or two mails as they should be, then changed; cut where a client waits for a reply. */
function makeDialogueArbitrary(mails: readonly string[]): fc.Arbitrary<FuzzInput> {
  const address = fc.constantFrom(
    'pat@example.com',
    '',
    'room@example.com',
    '"a b"@example.com',
    'x@[127.0.0.1]',
    'nobody',
    'r\xc3\xb6om@example.com',
    'defer@example.com',
    'refuse@example.com',
  )
  const mail = fc.record({
    sender: address,
    recipients: fc.array(address, { minLength: 0, maxLength: 5 }),
    parameters: fc.constantFrom('', ' SIZE=100', ' SIZE=99999999999', ' BODY=8BITMIME', ' SMTPUTF8 SIZE=1', ' X=Y'),
    before: fc.constantFrom('', 'RSET', 'NOOP x', 'XFORWARD ADDR=192.0.2.1 IDENT=ABC', 'VRFY x', 'HELP', 'EHLO x'),
    body: fc.nat(),
  })
  return fc
    .tuple(
      fc.array(mail, { minLength: 1, maxLength: 2 }),
      fc.array(fc.tuple(fc.nat(), mutationArbitrary), { maxLength: 4 }),
      fc.array(fc.nat(), { maxLength: 6 }),
    )
    .map(([sent, changes, cuts]): FuzzInput => {
      const texts = ['LHLO client.example.net\r\n']
      for (const { sender, recipients, parameters, before, body } of sent) {
        const text = (mails[body % mails.length] ?? '').replace(/\r?\n/g, '\r\n').replace(/^\./gm, '..')
        const commands = [
          ...(before === '' ? [] : [before]),
          `MAIL FROM:<${sender}>${parameters}`,
          ...recipients.map((recipient) => `RCPT TO:<${recipient}>`),
          'DATA',
        ]
        texts.push(`${commands.join('\r\n')}\r\n`, `${text}\r\n.\r\n`)
      }
      texts.push('QUIT\r\n')
      for (const [which, drawn] of changes) {
        const index = which % texts.length
        texts[index] = mutate(texts[index] ?? '', [drawn], texts)
      }
      return {
        kind: 'dialogue',
        seed: 0,
        isCompared: false,
        texts: texts.flatMap((text, index) => cut(text, cuts[index])),
      }
    })
}

function cut(text: string, at: number | undefined): readonly string[] {
  if (at === undefined || text === '') return [text]
  const place = at % text.length
  return [text.slice(0, place), text.slice(place)]
}

export function readText(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1')
}
