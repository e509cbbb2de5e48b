// A summary in words: plain text and HTML of the same page.
import { describe, expect, test } from 'vitest'
import { en } from '../../src/text/en.ts'
import type { NextStep, SummaryFacts, SummaryKind } from '../../src/text/summary-facts.ts'
import { makeSummaryHtml } from '../../src/text/summary-html.ts'
import { makeSummaryPage, makeSummarySubject } from '../../src/text/summary-page.ts'
import { makeSummaryText } from '../../src/text/summary-text.ts'

const none = { shown: [], more: 0 }
const when = { text: '2026-03-10 10:00–11:00 (Europe/Oslo)', weekday: 1, clock: 'own' } as const
const facts: SummaryFacts = {
  kind: 'invitation',
  language: 'en',
  component: 'VEVENT',
  uid: 'planning@example.com',
  standing: { verdict: 'applied', code: 'recorded', detail: '', notes: [] },
  original: 'beside',
  title: 'Planning',
  when: [when],
  repeats: undefined,
  instance: undefined,
  dates: none,
  where: '',
  links: [],
  description: '',
  organizer: { name: 'Kim', address: 'kim@example.com' },
  attendees: none,
  speakers: none,
  from: ['kim@example.com'],
  comment: '',
  changes: [],
  conflicts: undefined,
  ownAnswer: undefined,
  next: 'answer',
}

function page(...changes: readonly Partial<SummaryFacts>[]) {
  return makeSummaryPage({ shown: changes.map((change) => ({ ...facts, ...change })), more: 0 }, undefined)
}

function text(change: Partial<SummaryFacts>): string {
  return makeSummaryText(page(change))
}

function subject(change: Partial<SummaryFacts>, more = 0): string {
  return makeSummarySubject({ shown: [{ ...facts, ...change }], more })
}

describe('plain text', () => {
  test('has exactly this form', () => {
    const change: Partial<SummaryFacts> = {
      when: [when, { ...when, text: '2026-03-10 04:00–05:00 (America/New_York)', clock: 'organizer' }],
      where: 'Upstairs',
      links: [{ kind: 'join', url: 'https://video.example.org/1', label: 'Video' }],
      attendees: {
        shown: [
          { name: '', address: 'pat@example.com', participation: 'NEEDS-ACTION', isOptional: false, isReader: true },
          { name: 'Lee', address: 'lee@example.com', participation: 'X-THINKING', isOptional: true, isReader: false },
        ],
        more: 9998,
      },
      conflicts: { shown: [{ title: '', first: when, isTentative: true, count: 3 }], more: 1 },
      comment: 'One line.\n\nAnother.',
      description: 'Agenda:\n- all',
    }
    const managed = makeSummaryPage(
      { shown: [{ ...facts, ...change }], more: 0 },
      'https://calendar.example.com/imip-manager/',
    )
    expect(makeSummaryText(managed).split('\n')).toEqual([
      'Kim invites you to this event.',
      '',
      'What:      Planning',
      'When:      Tuesday, 2026-03-10 10:00–11:00 (Europe/Oslo)',
      '           Tuesday, 2026-03-10 04:00–05:00 (America/New_York) – the clock of the organizer',
      'Where:     Upstairs',
      'Join:      https://video.example.org/1 (Video)',
      'Organizer: Kim <kim@example.com>',
      'Attendees: pat@example.com – you, no answer yet',
      '           Lee <lee@example.com> – optional, X-THINKING',
      '           and 9998 more',
      '',
      'In your schedule at that time:',
      '- Tuesday, 2026-03-10 10:00–11:00 (Europe/Oslo): (untitled) (tentative) and at 2 more dates',
      '- and 1 more',
      '',
      'Comment:',
      '> One line.',
      '>',
      '> Another.',
      '',
      'You are asked to answer. Until you do, the time is not taken in your schedule. Open the original of this mail in your calendar program.',
      '',
      'Your calendar: https://calendar.example.com/imip-manager/planning%40example.com',
      '',
      'Description:',
      '> Agenda:',
      '> - all',
      '',
    ])
  })

  test('where the original is not delivered, the organizer can be written to', () => {
    expect(text({ original: 'nowhere' })).toMatch(/Write to the organizer: kim@example\.com$/m)
    expect(text({ original: 'inside' })).toContain('which is inside this mail')
    expect(text({ original: 'nowhere', next: 'nothing' })).not.toContain('Write to the organizer')
  })

  test('says why nothing was done, in words of its own or in those of the log', () => {
    const standing = { verdict: 'ignored', code: 'older-revision', detail: 'SEQUENCE 1 against 2', notes: [] } as const
    expect(text({ standing })).toContain('Nothing was changed in your schedule: something newer has come before.')
    expect(text({ standing: { ...standing, code: 'brand-new', detail: 'a new reason' } })).toContain(
      'schedule: a new reason.',
    )
    expect(text({ standing: { ...standing, code: 'constructor', detail: 'odd' } })).toContain('schedule: odd.')
  })

  test('tells every change', () => {
    const later = { ...when, text: '2026-03-11 10:00–11:00 (Europe/Oslo)', weekday: 2 }
    const rule = {
      every: 'week',
      interval: 2,
      weekdays: [0, 4],
      monthDay: undefined,
      nth: undefined,
      count: 5,
      until: undefined,
    } as const
    const lee = { name: 'Lee', address: 'lee@example.com' }
    const lines = text({
      kind: 'update',
      changes: [
        { kind: 'when', before: when, after: later },
        { kind: 'where', before: '', after: 'Upstairs' },
        { kind: 'rule', before: undefined, after: rule },
        { kind: 'rule', before: undefined, after: undefined },
        { kind: 'dates-left-out', dates: { shown: [later], more: 2 } },
        { kind: 'attendees-added', people: { shown: [lee, { name: '', address: 'sam@example.com' }], more: 0 } },
        { kind: 'status', before: '', after: 'TENTATIVE' },
        { kind: 'description' },
      ],
    }).split('\n')
    expect(lines.filter((line) => line.startsWith('- '))).toEqual([
      '- When: Tuesday, 2026-03-10 10:00–11:00 (Europe/Oslo) → Wednesday, 2026-03-11 10:00–11:00 (Europe/Oslo)',
      '- Where: (nothing) → Upstairs',
      '- How it repeats: … → every 2 weeks on Monday and Friday, 5 times',
      '- How it repeats:',
      '- Not any more on: Wednesday, 2026-03-11 10:00–11:00 (Europe/Oslo); and 2 more',
      '- Attendees, new: Lee <lee@example.com>; sam@example.com',
      '- Status: confirmed → tentative',
      '- The description',
    ])
  })
})

describe('subjects', () => {
  const speakers = {
    shown: [{ name: 'Lee', address: 'lee@example.com', participation: 'DECLINED', delegates: [] }],
    more: 0,
  }

  test.each([
    [{}, 0, 'Invitation: Planning'],
    [{ title: '' }, 0, 'Invitation: (untitled)'],
    [{}, 3, 'Invitation: Planning (and 3 more)'],
    [{ kind: 'cancellation' }, 0, 'Cancelled: Planning'],
    [{ kind: 'answer', speakers }, 0, 'Declined: Planning (Lee)'],
    [{ standing: { ...facts.standing, verdict: 'refused' } }, 0, 'Not believed: Planning'],
  ] as const)('%j, and %d more', (change, more, expected) => expect(subject(change, more)).toBe(expected))
})

test('there are words for every kind, every next step and every place of the original', () => {
  for (const kind of Object.keys(en.summary.subject) as SummaryKind[])
    for (const verdict of ['applied', 'ignored', 'held', 'refused', 'passed'] as const)
      expect(text({ kind, standing: { ...facts.standing, verdict, code: 'x', detail: 'why' } })).toMatch(/^\S.*\.$/m)
  for (const next of Object.keys(en.summary.next) as NextStep[])
    for (const original of ['beside', 'inside', 'nowhere'] as const)
      expect(text({ next, original })).not.toMatch(/undefined/)
})

describe('HTML', () => {
  test('is what the text is, with nothing but simple elements', () => {
    const html = makeSummaryHtml(page({ where: 'https://video.example.org/?a=1&b=2' }))
    expect(html).toBe(
      [
        '<!DOCTYPE html>',
        '<html lang="en"><head><meta charset="utf-8"><title>Invitation: Planning</title></head><body>',
        '<h2>Kim invites you to this event.</h2>',
        '<table cellpadding="4">',
        '<tr><th align="left" valign="top">What:</th><td>Planning</td></tr>',
        '<tr><th align="left" valign="top">When:</th><td>Tuesday, 2026-03-10 10:00–11:00 (Europe/Oslo)</td></tr>',
        '<tr><th align="left" valign="top">Where:</th><td><a href="https://video.example.org/?a=1&amp;b=2">https://video.example.org/?a=1&amp;b=2</a></td></tr>',
        '<tr><th align="left" valign="top">Organizer:</th><td>Kim &lt;kim@example.com&gt;</td></tr>',
        '</table>',
        '<p>You are asked to answer. Until you do, the time is not taken in your schedule. Open the original of this mail in your calendar program.</p>',
        '</body></html>',
        '',
      ].join('\n'),
    )
  })

  test('takes no text for markup, wherever it stands', () => {
    const evil = '<img src=x onerror="alert(1)">&\'</title>'
    const person = { name: evil, address: evil }
    const html = makeSummaryHtml(
      page({
        title: evil,
        where: evil,
        description: `${evil}\n${evil}`,
        comment: evil,
        organizer: person,
        from: [evil],
        attendees: { shown: [{ ...person, participation: evil, isOptional: true, isReader: true }], more: 0 },
        links: [{ kind: 'join', url: evil, label: evil }],
        changes: [{ kind: 'title', before: evil, after: evil }],
        conflicts: { shown: [{ title: evil, first: { ...when, text: evil }, isTentative: false, count: 1 }], more: 0 },
        standing: { verdict: 'ignored', code: 'x', detail: evil, notes: [] },
      }),
    )
    const tags = [...html.matchAll(/<\/?([a-z0-9]+)/g)].map((match) => match[1])
    expect([...new Set(tags)].sort()).toEqual(
      [
        'blockquote',
        'body',
        'br',
        'h2',
        'head',
        'html',
        'li',
        'meta',
        'p',
        'table',
        'td',
        'th',
        'title',
        'tr',
        'ul',
      ].sort(),
    )
    expect(html).not.toMatch(/<img|onerror="/)
    expect(html.match(/<\/title>/g)).toHaveLength(1)
  })

  test.each([
    'javascript:alert(1)',
    'data:text/html,x',
    'https://x y',
    'https://kim@evil.example.net/',
    'https://a"b.example.com',
    'tel:+1',
  ])('%s is no link', (url) =>
    expect(makeSummaryHtml(page({ links: [{ kind: 'join', url, label: '' }] }))).not.toContain('<a '),
  )

  test('a link says where it leads', () => {
    const html = makeSummaryHtml(page({ links: [{ kind: 'page', url: 'https://www.example.org/é?x', label: 'Bank' }] }))
    expect(html).toContain('<a href="https://www.example.org/é?x">https://www.example.org/é?x</a> (Bank)')
  })
})
