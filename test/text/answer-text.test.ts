import { describe, expect, test } from 'vitest'
import type { AnswerFacts } from '../../src/text/answer-facts.ts'
import { makeAnswerSubject, makeAnswerText } from '../../src/text/answer-text.ts'

const facts: AnswerFacts = {
  kind: 'declined',
  language: 'en',
  name: 'Meeting room (room@example.com)',
  summary: 'Planning',
  when: '2026-03-10 10:00–11:00 (Europe/Oslo)',
  location: 'First floor',
  because: ['Already taken: 2026-03-10 10:30–11:30 (Europe/Oslo).'],
}

describe('the readable side of an answer', () => {
  test('says who answers what, when, where and why', () => {
    expect(makeAnswerText(facts)).toBe(
      [
        'Meeting room (room@example.com) has declined this invitation.',
        '',
        'What:  Planning',
        'When:  2026-03-10 10:00–11:00 (Europe/Oslo)',
        'Where: First floor',
        '',
        'Already taken: 2026-03-10 10:30–11:30 (Europe/Oslo).',
        '',
      ].join('\n'),
    )
  })

  test('leaves out what is not known', () => {
    const text = makeAnswerText({ ...facts, kind: 'accepted', location: undefined, when: '', summary: '', because: [] })
    expect(text).toBe('Meeting room (room@example.com) has accepted this invitation.\n\nWhat: (untitled)\n')
  })

  test.each([
    ['accepted', 'Accepted: Planning'],
    ['tentative', 'Tentative: Planning'],
    ['declined', 'Declined: Planning'],
  ] as const)('subject of %s', (kind, subject) => expect(makeAnswerSubject({ ...facts, kind })).toBe(subject))

  test('an unknown language is answered in English, whatever its name', () => {
    for (const language of ['', 'xx', 'en-GB', 'constructor', '__proto__', 'EN_us'])
      expect(makeAnswerSubject({ ...facts, language })).toBe('Declined: Planning')
  })

  test('what an invitation says becomes one bounded line', () => {
    const long = `a\r\nBcc: eve@example.net\u2028\u202e\0${'x'.repeat(10_000)}`
    const text = makeAnswerText({ ...facts, summary: long, location: long, name: long, because: Array(50).fill(long) })
    expect(text.length).toBeLessThan(8_000)
    expect(text).toContain('What:  a Bcc: eve@example.net x')
    expect(text).not.toMatch(/[\r\0\u2028\u202e]/)
    expect(makeAnswerSubject({ ...facts, summary: '👍'.repeat(1_000) })).toMatch(/^Declined: (👍){99}…$/u)
  })
})
