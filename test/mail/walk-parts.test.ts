import { describe, expect, test } from 'vitest'
import type { MailPart } from '../../src/mail/incoming-mail.ts'
import { readPartsWithMailparser } from '../../src/mail/read-mail.ts'
import { walkParts } from '../../src/mail/walk-parts.ts'
import { fc } from '../fast-check.ts'
import { makeDamagedMailArbitrary, makeMailArbitrary } from './mail-arbitrary.ts'

function show(parts: readonly MailPart[] | undefined): unknown {
  return parts?.map(({ contentType, parameters, fileName, content }) => ({
    contentType,
    parameters: Object.fromEntries([...parameters].sort()),
    fileName,
    content: Buffer.from(content).toString('latin1'),
  }))
}

describe('the walk of our own', () => {
  test.each([
    ['plain mails', makeMailArbitrary(false)],
    ['mails of all shapes', makeMailArbitrary(true)],
    ['damaged mails', makeDamagedMailArbitrary()],
  ])('agrees with mailparser wherever it answers: %s', async (_, arbitrary) => {
    await fc.assert(
      fc.asyncProperty(arbitrary, async (bytes) => {
        const walked = walkParts(bytes)
        if (walked === undefined) return
        const judged = await readPartsWithMailparser(bytes)
        expect(judged.fault).toBeUndefined()
        expect(show(walked)).toEqual(show(judged.parts))
      }),
      { numRuns: 1_500 },
    )
  })

  test('answers for most plain mails', () => {
    const mails = fc.sample(makeMailArbitrary(false), { numRuns: 300, seed: 1 })
    expect(mails.filter((bytes) => walkParts(bytes) !== undefined).length).toBeGreaterThan(150)
  })
})
