// Calendar text to objects: the shapes the standard gives, the shapes that come, and the bounds.

import { describe, expect, test } from 'vitest'
import type { CalendarObject } from '../../src/calendar/calendar-object.ts'
import type { Component } from '../../src/calendar/component.ts'
import { isFault } from '../../src/calendar/fault.ts'
import {
  deepestNesting,
  longestLine,
  longestText,
  mostCalendars,
  mostComponents,
  mostLines,
  mostNotes,
  mostPropertiesOfComponent,
} from '../../src/calendar/limits.ts'
import { parseCalendars } from '../../src/calendar/parse.ts'
import { fc } from '../fast-check.ts'

const parseAll = (text: string): readonly CalendarObject[] => {
  const calendars = parseCalendars(text)
  if (isFault(calendars)) throw new Error(calendars.text)
  return calendars
}

const parseOne = (text: string): CalendarObject => {
  const calendars = parseAll(text)
  const [calendar] = calendars
  if (calendar === undefined || calendars.length !== 1) throw new Error(`${calendars.length} calendars`)
  return calendar
}

/** `VEVENT(UID=1 VALARM())`, so that a row stays a row. */
const show = (component: Component): string =>
  `${component.name}(${[
    ...component.properties.map((property) => `${property.name}=${property.value}`),
    ...component.components.map(show),
  ].join(' ')})`

const showCalendar = (calendar: CalendarObject): string => calendar.components.map(show).join(' ')

const showNotes = (calendar: CalendarObject): readonly string[] =>
  calendar.notes.map((note) => `${note.code} ${note.where ?? ''}`.trim())

const wrap = (content: string): string => `BEGIN:VCALENDAR\r\n${content}\r\nEND:VCALENDAR\r\n`

describe('a calendar object', () => {
  const text = [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Example//Calendar 1.0//EN',
    'METHOD:request',
    'X-WR-CALNAME:Team',
    'BEGIN:VTIMEZONE',
    'TZID:Europe/Berlin',
    'BEGIN:STANDARD',
    'DTSTART:19701025T030000',
    'END:STANDARD',
    'END:VTIMEZONE',
    'BEGIN:VEVENT',
    'UID:1',
    'BEGIN:VALARM',
    'ACTION:DISPLAY',
    'END:VALARM',
    'END:VEVENT',
    'BEGIN:X-THING',
    'X-A;X-B=c:d',
    'END:X-THING',
    'BEGIN:VEVENT',
    'UID:2',
    'END:VEVENT',
    'END:VCALENDAR',
    '',
  ].join('\r\n')

  test('gives its properties, zones and components in order', () => {
    const calendar = parseOne(text)
    expect(calendar.method).toBe('REQUEST')
    expect(calendar.prodId).toBe('-//Example//Calendar 1.0//EN')
    expect(calendar.properties.map((property) => property.name)).toEqual([
      'VERSION',
      'PRODID',
      'METHOD',
      'X-WR-CALNAME',
    ])
    expect(calendar.properties[2]?.value).toBe('request')
    expect([...calendar.timeZones].map(([tzid, zone]) => `${tzid} ${show(zone)}`)).toEqual([
      'Europe/Berlin VTIMEZONE(TZID=Europe/Berlin STANDARD(DTSTART=19701025T030000))',
    ])
    expect(showCalendar(calendar)).toBe('VEVENT(UID=1 VALARM(ACTION=DISPLAY)) X-THING(X-A=d) VEVENT(UID=2)')
    expect(calendar.notes).toEqual([])
  })

  test.each<readonly [what: string, text: string]>([
    ['with a byte order mark', `\ufeff${text}`],
    ['with LF', text.replaceAll('\r\n', '\n')],
    ['with CR', text.replaceAll('\r\n', '\r')],
    ['with CR, and one LF put behind it', `${text.replaceAll('\r\n', '\r')}\r\n`],
    ['with blank lines in front and between', `\r\n \r\n${text.replaceAll('\r\n', '\r\n\r\n')}`],
    ['with a blank in front', `  ${text}`],
    ['without the last line end', text.trimEnd()],
    ['with blanks behind it', `${text} \t\r\n\r\n`],
    ['with lower case names of components', text.replace(/(BEGIN|END):(\S+)/g, (match) => match.toLowerCase())],
    ['folded after each character', text.replace(/(?<!\r|\n|^)(?=[^\r\n])/g, '\r\n ')],
    ['folded with LF and tabulators', text.replace(/(?<!\r|\n|^)(?=[^\r\n])/g, '\n\t')],
  ])('is the same %s', (_, variant) => {
    const calendar = parseOne(variant)
    expect({ ...calendar, notes: [] }).toEqual(parseOne(text))
    expect(calendar.notes).toEqual([])
  })

  test('may be one of several', () => {
    const calendars = parseAll(`${wrap('METHOD:REQUEST\nBEGIN:VEVENT\nEND:VEVENT')}${wrap('METHOD:CANCEL\nX')}`)
    expect(calendars.map((calendar) => calendar.method)).toEqual(['REQUEST', 'CANCEL'])
    expect(calendars.map(showNotes)).toEqual([[], ['no-colon VCALENDAR, line 8']])
  })
})

describe('odd texts', () => {
  const rows: readonly (readonly [what: string, text: string, expected: string, notes: readonly string[]])[] = [
    ['nothing in it', wrap('').replace('\r\n\r\n', '\r\n'), '', []],
    ['a component of no known name', wrap('BEGIN:FOO BAR\nA:1\nEND:foo bar'), 'FOO BAR(A=1)', []],
    ['a component without name', wrap('BEGIN:\nA:1\nEND:'), '(A=1)', []],
    ['parameters at BEGIN', wrap('BEGIN;X=1:VEVENT\nA:1\nEND;X=1:VEVENT'), 'VEVENT(A=1)', []],
    ['blanks behind the name', wrap('BEGIN:VEVENT  \nA:1\nEND:VEVENT \t'), 'VEVENT(A=1)', []],
    [
      'blanks before a fold',
      wrap('BEGIN:VEVENT\nA:one \n two  \n  three\nEND:VEVENT'),
      'VEVENT(A=one two   three)',
      [],
    ],
    ['an empty line before a fold', wrap('BEGIN:VEVENT\nA:one\n\n two\nEND:VEVENT'), 'VEVENT(A=onetwo)', []],
    ['a fold with nothing in it', wrap('BEGIN:VEVENT\nA:one\n \n two\nEND:VEVENT'), 'VEVENT(A=onetwo)', []],
    ['text before and behind', `Hello:\n${wrap('A:1')}-- \nBye`, '', ['outside line 1']],
    ['text behind', `${wrap('BEGIN:VEVENT\nEND:VEVENT')}Bye`, 'VEVENT()', ['outside line 5']],
    ['a component before', `BEGIN:VEVENT\nUID:1\nEND:VEVENT\n${wrap('A:1')}`, '', ['outside line 1']],
    [
      'no END at all',
      'BEGIN:VCALENDAR\nBEGIN:VEVENT\nBEGIN:VALARM\nA:1',
      'VEVENT(VALARM(A=1))',
      ['not-closed VALARM, line 3', 'not-closed VEVENT, line 2', 'not-closed VCALENDAR, line 1'],
    ],
    [
      'an END missing',
      wrap('BEGIN:VEVENT\nBEGIN:VALARM\nA:1\nEND:VEVENT\nBEGIN:VEVENT\nEND:VEVENT'),
      'VEVENT(VALARM(A=1)) VEVENT()',
      ['not-closed VALARM, line 3'],
    ],
    ['an END too many', wrap('BEGIN:VEVENT\nEND:VALARM\nA:1\nEND:VEVENT'), 'VEVENT(A=1)', ['stray-end VEVENT, line 3']],
    [
      'a line without colon',
      wrap('BEGIN:VEVENT\nA:1\nhello\nB:2\nEND:VEVENT'),
      'VEVENT(A=1 B=2)',
      ['no-colon VEVENT, line 4'],
    ],
    [
      'a line that begins with prose',
      wrap('BEGIN:VEVENT\nwe meet: there\nEND:VEVENT'),
      'VEVENT()',
      ['bad-name VEVENT, line 3'],
    ],
    [
      'lines that should decide',
      wrap('BEGIN:VEVENT\nRRULE FREQ=DAILY\nRRULE;FREQ=DAILY\nDuration is short\nEND:VEVENT'),
      'VEVENT(RRULE=FREQ=DAILY RRULE=;FREQ=DAILY)',
      ['no-colon VEVENT, line 3', 'no-colon VEVENT, line 4', 'no-colon VEVENT, line 5'],
    ],
    [
      'line numbers without continuations',
      wrap('BEGIN:VEVENT\nA:1\n 2\n 3\n\nhello\nEND:VEVENT'),
      'VEVENT(A=123)',
      ['no-colon VEVENT, line 5'],
    ],
    [
      'control characters, and NUL bytes behind the text',
      `${wrap('BEGIN:VEV\x01ENT\nA:\x02o\x07n\x7fe\tx\nEND:VEVENT')}\0\0`,
      'VEVENT(A=one\tx)',
      ['control-characters'],
    ],
    ['a CR among LF', wrap('BEGIN:VEVENT\r\r\nA:one\rB:2\r\nEND:VEVENT'), 'VEVENT(A=oneB:2)', ['control-characters']],
    ['other separators of lines', wrap('BEGIN:VEVENT\nA:1\u20282\u00853\nEND:VEVENT'), 'VEVENT(A=1\u20282\u00853)', []],
    [
      'values that are wrong',
      wrap('BEGIN:VEVENT\nDTSTART:soon\nRRULE:FREQ=NOW\nEND:VEVENT'),
      'VEVENT(DTSTART=soon RRULE=FREQ=NOW)',
      [],
    ],
    ['names of objects', wrap('BEGIN:__PROTO__\nCONSTRUCTOR:1\nEND:__PROTO__'), '__PROTO__(CONSTRUCTOR=1)', []],
    ['two different methods', wrap('METHOD:REQUEST\nMETHOD:CANCEL'), '', ['property-twice VCALENDAR']],
    ['a zone without name', wrap('BEGIN:VTIMEZONE\nEND:VTIMEZONE'), '', ['zone-without-name VTIMEZONE']],
    [
      'a zone twice',
      wrap('BEGIN:VTIMEZONE\nTZID:A\nEND:VTIMEZONE\nBEGIN:VTIMEZONE\nTZID:A\nX:1\nEND:VTIMEZONE'),
      '',
      ['zone-twice VTIMEZONE'],
    ],
  ]
  test.each(rows)('%s', (_, text, expected, notes) => {
    const calendar = parseOne(text)
    expect(showCalendar(calendar)).toBe(expected)
    expect(showNotes(calendar)).toEqual(notes)
  })

  test('a calendar that another one interrupts ends there', () => {
    const calendars = parseAll(
      'BEGIN:VCALENDAR\nBEGIN:VEVENT\nA:1\nBEGIN:VCALENDAR\nBEGIN:VEVENT\nA:2\nEND:VEVENT\nEND:VCALENDAR',
    )
    expect(calendars.map(showCalendar)).toEqual(['VEVENT(A=1)', 'VEVENT(A=2)'])
    expect(calendars.map(showNotes)).toEqual([['not-closed VEVENT, line 2', 'not-closed VCALENDAR, line 1'], []])
  })

  test('notes say no text of the calendar', () => {
    const calendar = parseOne(
      wrap('BEGIN:VEVENT\na secret line\nanother secret: x\nRRULE secret\nEND:VEVENT\nEND:VALARM'),
    )
    expect(calendar.notes).toHaveLength(4)
    expect(JSON.stringify(calendar.notes)).not.toContain('secret')
  })
})

describe('method, product and zone names', () => {
  const rows: readonly (readonly [
    content: string,
    method: string | undefined,
    prodId: string | undefined,
    zones: readonly string[],
  ])[] = [
    ['METHOD: reply ', 'REPLY', undefined, []],
    ['METHOD:', undefined, undefined, []],
    ['METHOD:REQUEST\nMETHOD:CANCEL', 'REQUEST', undefined, []],
    ['PRODID:-//A\\, B//EN', undefined, '-//A, B//EN', []],
    ['BEGIN:VTIMEZONE\nTZID: Europe/Berlin \nEND:VTIMEZONE', undefined, undefined, ['Europe/Berlin']],
    [
      'BEGIN:VTIMEZONE\nTZID:"W. Europe Standard Time"\nEND:VTIMEZONE',
      undefined,
      undefined,
      ['W. Europe Standard Time'],
    ],
    [
      'BEGIN:VTIMEZONE\nTZID:(UTC+01:00) Berlin\\, Rome\nEND:VTIMEZONE',
      undefined,
      undefined,
      ['(UTC+01:00) Berlin, Rome'],
    ],
    ['BEGIN:VTIMEZONE\nTZID:__proto__\nEND:VTIMEZONE', undefined, undefined, ['__proto__']],
  ]
  test.each(rows)('%j', (content, method, prodId, zones) => {
    const calendar = parseOne(wrap(content))
    expect(calendar.method).toBe(method)
    expect(calendar.prodId).toBe(prodId)
    expect([...calendar.timeZones.keys()]).toEqual(zones)
  })
})

describe('texts that are no calendar', () => {
  test.each<readonly [what: string, text: string, code: string]>([
    ['nothing', '', 'no-calendar'],
    ['blank', ' \r\n\t\r\n', 'no-calendar'],
    ['prose', 'Dear Pat,\nsee you at: noon', 'no-calendar'],
    ['a card', 'BEGIN:VCARD\nVERSION:4.0\nEND:VCARD', 'no-calendar'],
    ['a bare event', 'BEGIN:VEVENT\nUID:1\nEND:VEVENT', 'no-calendar'],
    ['only the end', 'END:VCALENDAR', 'no-calendar'],
    ['binary', '\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0', 'no-calendar'],
    ['NUL bytes', '\0'.repeat(1000), 'no-calendar'],
    ['a page', '<html><body>BEGIN:VCALENDAR</body></html>', 'no-calendar'],
  ])('%s', (_, text, code) => {
    expect(parseCalendars(text)).toMatchObject({ kind: 'fault', code, where: 'line 1' })
  })
})

test('a text with NUL bytes inside is not what was written', () => {
  const text = wrap('BEGIN:VEVENT\nA:o\0ne\nEND:VEVENT')
  expect(parseCalendars(text)).toMatchObject({ code: 'nul-bytes', where: `character ${text.indexOf('\0') + 1}` })
})

describe('bounds', () => {
  const event = (content: string): string => wrap(`BEGIN:VEVENT\r\n${content}\r\nEND:VEVENT`)
  const readValue = (text: string): string | undefined => parseOne(text).components[0]?.properties[0]?.value

  test.each<readonly [what: string, text: () => string, code: string]>([
    ['too much text', () => 'x'.repeat(longestText + 1), 'too-large'],
    ['too long a line', () => event(`A:${'x'.repeat(longestLine)}`), 'too-long-line'],
    [
      'too long a folded line',
      () => event(`A:${`${'x'.repeat(999)}\n `.repeat(longestLine / 999 + 1)}`),
      'too-long-line',
    ],
    ['too many lines', () => wrap(`BEGIN:A\n${'B:1\n'.repeat(98)}END:A\n`.repeat(mostLines / 100)), 'too-many-lines'],
    ['too many empty lines', () => event('\n'.repeat(mostLines)), 'too-many-lines'],
    ['too many lines outside', () => `${'x\n'.repeat(mostLines)}${event('A:1')}`, 'too-many-lines'],
    [
      'too many ENDs',
      () => `BEGIN:VCALENDAR\n${'BEGIN:X\n'.repeat(98)}${'END:Y\n'.repeat(mostLines)}`,
      'too-many-lines',
    ],
    ['too many components', () => wrap('BEGIN:A\nEND:A\n'.repeat(mostComponents)), 'too-many-components'],
    ['too many calendars', () => 'BEGIN:VCALENDAR\nEND:VCALENDAR\n'.repeat(mostCalendars + 1), 'too-many-calendars'],
    ['too many properties', () => event('A:1\n'.repeat(mostPropertiesOfComponent + 1)), 'too-many-properties'],
    ['5,000 components in one another', () => wrap(`${'BEGIN:X\n'.repeat(5000)}${'END:X\n'.repeat(5000)}`), 'too-deep'],
    [
      '100,000 parameters',
      () => event(`ATTENDEE${';X=1'.repeat(100_000)}:mailto:a@example.com`),
      'too-many-parameters',
    ],
    ['1,000,000 values', () => event(`ATTENDEE;MEMBER="a"${',"a"'.repeat(1_000_000)}:x`), 'too-many-parameters'],
    ['1,000,000 open quotes', () => event(`ATTENDEE${';CN="'.repeat(1_000_001)}:x`), 'too-many-parameters'],
  ])('%s', (_, text, code) => {
    const fault = parseCalendars(text())
    expect(isFault(fault) ? fault.code : 'read').toBe(code)
    expect(isFault(fault) ? fault.where : '').toMatch(/^line \d+$/)
  })

  test('10,000 events', () => {
    const text = wrap('BEGIN:VEVENT\r\nUID:1\r\nSUMMARY:Planning\r\nEND:VEVENT\r\n'.repeat(10_000))
    expect(parseOne(text).components).toHaveLength(10_000)
  })

  test('a line of 10 MB in folds', () => {
    const folded = `${'x'.repeat(74)}\r\n `.repeat(10_000_000 / 74)
    expect(readValue(event(`DESCRIPTION:${folded}`))).toHaveLength(Math.floor(10_000_000 / 74) * 74)
  })

  test('a value of 12 MB in escapes', () => {
    expect(readValue(event(`DESCRIPTION:${'\\n\\,'.repeat(3_000_000)}`))).toHaveLength(12_000_000)
  })

  test('100,000 dates left out, in lines or in one', () => {
    const lines = parseOne(event('EXDATE:20260302T090000Z\r\n'.repeat(100_000)))
    expect(lines.components[0]?.properties).toHaveLength(100_000)
    expect(readValue(event(`EXDATE:20260302T090000Z${',20260302T090000Z'.repeat(99_999)}`))).toHaveLength(1_699_999)
  })

  test('the deepest nesting that is read', () => {
    const depth = deepestNesting - 1
    const calendar = parseOne(wrap(`${'BEGIN:X\n'.repeat(depth)}${'END:X\n'.repeat(depth)}`))
    expect(showCalendar(calendar)).toBe(`${'X('.repeat(depth)}${')'.repeat(depth)}`.replaceAll('((', '('))
    expect(calendar.notes).toEqual([])
  })

  test('notes are kept up to a number', () => {
    const calendar = parseOne(event('hello\n'.repeat(mostNotes * 3)))
    expect(calendar.notes).toHaveLength(mostNotes + 1)
    expect(calendar.notes.at(-1)?.code).toBe('more-notes')
  })

  test('runs of characters that regular expressions fear', () => {
    for (const run of ['\r', '\r\n', ' ', '"', ';', ',', '^', '\x01', '=', '\\', '\ufeff']) {
      const calendars = parseCalendars(event(`A;B=${run.repeat(200_000)}:x`))
      expect(isFault(calendars) ? calendars.code : calendars.length).toSatisfy(
        (result) => result === 1 || result === 'too-many-parameters',
      )
    }
  })
})

test('any text at all gives calendars or a fault', () => {
  const piece = fc.oneof(
    fc.constantFrom(
      'BEGIN:',
      'END:',
      'VCALENDAR',
      'VEVENT',
      '\r\n',
      '\n',
      '\r',
      ' ',
      ';',
      ':',
      ',',
      '=',
      '"',
      '^n',
      'CN',
    ),
    fc.string(),
    fc.string({ unit: 'binary' }),
  )
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
      const calendars = parseCalendars(`BEGIN:VCALENDAR\n${pieces.join('')}`)
      expect(['no-calendar', 'nul-bytes', 'too-deep']).toContain(isFault(calendars) ? calendars.code : 'no-calendar')
    }),
    { numRuns: 500, examples: [[['\0', 'BEGIN:']]] },
  )
})
