// A short run of `npm run fuzz`: the same inputs each time, in this process, without its watch over time and memory.
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Corpus, loadCorpus } from './fuzz/corpus.ts'
import { makeInputArbitrary, readText } from './fuzz/input.ts'
import { makeInputsOfBatch } from './fuzz/inputs-of-batch.ts'
import { playConversation } from './fuzz/play-conversation.ts'
import { playInput } from './fuzz/play-input.ts'

const root = join(import.meta.dirname, '..', '..')
const folder = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'fuzz-test-'))
const watch = <Result>(work: () => Promise<Result>): Promise<Result> => work()
let corpus: Corpus

beforeAll(() => {
  corpus = loadCorpus(root, join(folder, 'corpus'))
}, 120_000)

afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('whatever arrives', () => {
  test('the golden conversations are delivered, judged and answered as every mail must be', {
    timeout: 120_000,
  }, async () => {
    expect(corpus.conversations.length).toBeGreaterThan(200)
    for (const [seed, { name, arrivals }] of corpus.conversations.entries()) {
      const texts = arrivals.map(({ bytes }) => readText(bytes))
      const played = playInput({ kind: 'conversation', seed, isCompared: false, texts }, corpus, { folder, watch })
      await expect(played, name).resolves.toBeUndefined()
    }
  })

  test('where senders must be proven and nobody is, nobody is answered', { timeout: 120_000 }, async () => {
    const answered: string[] = []
    for (const conversation of corpus.conversations) {
      await playConversation(
        conversation,
        conversation.arrivals.map(({ bytes }) => readText(bytes)),
        {
          store: 'memory',
          folder: join(folder, 'unproven'),
          watch,
          settings: {
            senderCheck: 'aligned',
            authservId: 'nobody.example.net',
            trustedNetworks: [],
            unverifiedRequest: 'refuse',
          },
          noteAnswer: ({ envelope }, { route }) => {
            if (!route.options.has('login'))
              answered.push(`${conversation.name}: ${route.agent} to ${envelope.recipients}`)
          },
        },
      )
    }
    expect(answered).toEqual([])
  })

  test('mails, calendars, preferences, configurations and dialogues changed at random', {
    timeout: 120_000,
  }, async () => {
    const arbitrary = makeInputArbitrary(corpus)
    for (let batch = 0; batch < 6; batch++)
      for (const [index, input] of makeInputsOfBatch(arbitrary, 20_260_302, batch).entries()) {
        const played = playInput(input, corpus, { folder, watch })
        await expect(
          played,
          `batch ${batch}, input ${index}: ${JSON.stringify(input).slice(0, 2000)}`,
        ).resolves.toBeUndefined()
      }
  })
})
