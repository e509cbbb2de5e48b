// All examples of RFC 5545, 3.8.5.3: the days, and the hour in New York.
import { describe, expect, test } from 'vitest'
import { isFault } from '../../src/calendar/fault.ts'
import { walkOccurrences } from '../../src/calendar/recurrence.ts'
import { serializeInstant } from '../../src/calendar/time.ts'
import { makeRecurrence, need, zonesFor } from './recurrence-source.ts'

/** DTSTART, rules that all mean the same, and the days: `1997 EDT 9/2-11 10/1,3; …`; `…` at the end: it goes on. */
const examples: readonly (readonly [string, readonly string[], string])[] = [
  ['19970902T090000', ['FREQ=DAILY;COUNT=10'], '1997 EDT 9/2-11'],
  [
    '19970902T090000',
    ['FREQ=DAILY;UNTIL=19971224T000000Z'],
    '1997 EDT 9/2-30 10/1-25; 1997 EST 10/26-31 11/1-30 12/1-23',
  ],
  [
    '19970902T090000',
    ['FREQ=DAILY;INTERVAL=2'],
    '1997 EDT 9/2,4,6,8,10,12,14,16,18,20,22,24,26,28,30 10/2,4,6,8,10,12,14,16,18,20,22,24; ' +
      '1997 EST 10/26,28,30 11/1,3,5,7,9,11,13,15,17,19,21,23,25,27,29 12/1,3 …',
  ],
  ['19970902T090000', ['FREQ=DAILY;INTERVAL=10;COUNT=5'], '1997 EDT 9/2,12,22 10/2,12'],
  [
    '19980101T090000',
    [
      'FREQ=YEARLY;UNTIL=20000131T140000Z;BYMONTH=1;BYDAY=SU,MO,TU,WE,TH,FR,SA',
      'FREQ=DAILY;UNTIL=20000131T140000Z;BYMONTH=1',
    ],
    '1998 EST 1/1-31; 1999 EST 1/1-31; 2000 EST 1/1-31',
  ],
  ['19970902T090000', ['FREQ=WEEKLY;COUNT=10'], '1997 EDT 9/2,9,16,23,30 10/7,14,21; 1997 EST 10/28 11/4'],
  [
    '19970902T090000',
    ['FREQ=WEEKLY;UNTIL=19971224T000000Z'],
    '1997 EDT 9/2,9,16,23,30 10/7,14,21; 1997 EST 10/28 11/4,11,18,25 12/2,9,16,23',
  ],
  [
    '19970902T090000',
    ['FREQ=WEEKLY;INTERVAL=2;WKST=SU'],
    '1997 EDT 9/2,16,30 10/14; 1997 EST 10/28 11/11,25 12/9,23; 1998 EST 1/6,20 2/3,17 …',
  ],
  [
    '19970902T090000',
    ['FREQ=WEEKLY;UNTIL=19971007T000000Z;WKST=SU;BYDAY=TU,TH', 'FREQ=WEEKLY;COUNT=10;WKST=SU;BYDAY=TU,TH'],
    '1997 EDT 9/2,4,9,11,16,18,23,25,30 10/2',
  ],
  [
    '19970901T090000',
    ['FREQ=WEEKLY;INTERVAL=2;UNTIL=19971224T000000Z;WKST=SU;BYDAY=MO,WE,FR'],
    '1997 EDT 9/1,3,5,15,17,19,29 10/1,3,13,15,17; 1997 EST 10/27,29,31 11/10,12,14,24,26,28 12/8,10,12,22',
  ],
  ['19970902T090000', ['FREQ=WEEKLY;INTERVAL=2;COUNT=8;WKST=SU;BYDAY=TU,TH'], '1997 EDT 9/2,4,16,18,30 10/2,14,16'],
  [
    '19970905T090000',
    ['FREQ=MONTHLY;COUNT=10;BYDAY=1FR'],
    '1997 EDT 9/5 10/3; 1997 EST 11/7 12/5; 1998 EST 1/2 2/6 3/6 4/3; 1998 EDT 5/1 6/5',
  ],
  ['19970905T090000', ['FREQ=MONTHLY;UNTIL=19971224T000000Z;BYDAY=1FR'], '1997 EDT 9/5 10/3; 1997 EST 11/7 12/5'],
  [
    '19970907T090000',
    ['FREQ=MONTHLY;INTERVAL=2;COUNT=10;BYDAY=1SU,-1SU'],
    '1997 EDT 9/7,28; 1997 EST 11/2,30; 1998 EST 1/4,25 3/1,29; 1998 EDT 5/3,31',
  ],
  [
    '19970922T090000',
    ['FREQ=MONTHLY;COUNT=6;BYDAY=-2MO'],
    '1997 EDT 9/22 10/20; 1997 EST 11/17 12/22; 1998 EST 1/19 2/16',
  ],
  [
    '19970928T090000',
    ['FREQ=MONTHLY;BYMONTHDAY=-3'],
    '1997 EDT 9/28; 1997 EST 10/29 11/28 12/29; 1998 EST 1/29 2/26 …',
  ],
  [
    '19970902T090000',
    ['FREQ=MONTHLY;COUNT=10;BYMONTHDAY=2,15'],
    '1997 EDT 9/2,15 10/2,15; 1997 EST 11/2,15 12/2,15; 1998 EST 1/2,15',
  ],
  [
    '19970930T090000',
    ['FREQ=MONTHLY;COUNT=10;BYMONTHDAY=1,-1'],
    '1997 EDT 9/30 10/1; 1997 EST 10/31 11/1,30 12/1,31; 1998 EST 1/1,31 2/1',
  ],
  [
    '19970910T090000',
    ['FREQ=MONTHLY;INTERVAL=18;COUNT=10;BYMONTHDAY=10,11,12,13,14,15'],
    '1997 EDT 9/10-15; 1999 EST 3/10-13',
  ],
  [
    '19970902T090000',
    ['FREQ=MONTHLY;INTERVAL=2;BYDAY=TU'],
    '1997 EDT 9/2,9,16,23,30; 1997 EST 11/4,11,18,25; 1998 EST 1/6,13,20,27 3/3,10,17,24,31 …',
  ],
  [
    '19970610T090000',
    ['FREQ=YEARLY;COUNT=10;BYMONTH=6,7'],
    '1997 EDT 6/10 7/10; 1998 EDT 6/10 7/10; 1999 EDT 6/10 7/10; 2000 EDT 6/10 7/10; 2001 EDT 6/10 7/10',
  ],
  [
    '19970310T090000',
    ['FREQ=YEARLY;INTERVAL=2;COUNT=10;BYMONTH=1,2,3'],
    '1997 EST 3/10; 1999 EST 1/10 2/10 3/10; 2001 EST 1/10 2/10 3/10; 2003 EST 1/10 2/10 3/10',
  ],
  [
    '19970101T090000',
    ['FREQ=YEARLY;INTERVAL=3;COUNT=10;BYYEARDAY=1,100,200'],
    '1997 EST 1/1; 1997 EDT 4/10 7/19; 2000 EST 1/1; 2000 EDT 4/9 7/18; 2003 EST 1/1; 2003 EDT 4/10 7/19; 2006 EST 1/1',
  ],
  ['19970519T090000', ['FREQ=YEARLY;BYDAY=20MO'], '1997 EDT 5/19; 1998 EDT 5/18; 1999 EDT 5/17 …'],
  ['19970512T090000', ['FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO'], '1997 EDT 5/12; 1998 EDT 5/11; 1999 EDT 5/17 …'],
  [
    '19970313T090000',
    ['FREQ=YEARLY;BYMONTH=3;BYDAY=TH'],
    '1997 EST 3/13,20,27; 1998 EST 3/5,12,19,26; 1999 EST 3/4,11,18,25 …',
  ],
  [
    '19970605T090000',
    ['FREQ=YEARLY;BYDAY=TH;BYMONTH=6,7,8'],
    '1997 EDT 6/5,12,19,26 7/3,10,17,24,31 8/7,14,21,28; 1998 EDT 6/4,11,18,25 7/2,9,16,23,30 8/6,13,20,27; ' +
      '1999 EDT 6/3,10,17,24 7/1,8,15,22,29 8/5,12,19,26 …',
  ],
  [
    // DTSTART does not fit, and an EXDATE takes it away.
    '19970902T090000\nEXDATE;TZID=America/New_York:19970902T090000',
    ['FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13'],
    '1998 EST 2/13 3/13 11/13; 1999 EDT 8/13; 2000 EDT 10/13 …',
  ],
  [
    '19970913T090000',
    ['FREQ=MONTHLY;BYDAY=SA;BYMONTHDAY=7,8,9,10,11,12,13'],
    '1997 EDT 9/13 10/11; 1997 EST 11/8 12/13; 1998 EST 1/10 2/7 3/7; 1998 EDT 4/11 5/9 6/13 …',
  ],
  [
    '19961105T090000',
    ['FREQ=YEARLY;INTERVAL=4;BYMONTH=11;BYDAY=TU;BYMONTHDAY=2,3,4,5,6,7,8'],
    '1996 EST 11/5; 2000 EST 11/7; 2004 EST 11/2 …',
  ],
  ['19970904T090000', ['FREQ=MONTHLY;COUNT=3;BYDAY=TU,WE,TH;BYSETPOS=3'], '1997 EDT 9/4 10/7; 1997 EST 11/6'],
  [
    '19970929T090000',
    ['FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-2'],
    '1997 EDT 9/29; 1997 EST 10/30 11/27 12/30; 1998 EST 1/29 2/26 3/30 …',
  ],
  ['19970805T090000', ['FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=MO'], '1997 EDT 8/5,10,19,24'],
  ['19970805T090000', ['FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=SU'], '1997 EDT 8/5,17,19,31'],
  ['20070115T090000', ['FREQ=MONTHLY;BYMONTHDAY=15,30;COUNT=5'], '2007 EST 1/15,30 2/15; 2007 EDT 3/15,30'],
]

/** Of one or two days: the times. */
const clockExamples: readonly (readonly [readonly string[], string])[] = [
  // Erratum 3883: the RFC says 170000Z, which is one o'clock in New York, and shows what 210000Z makes.
  [['FREQ=HOURLY;INTERVAL=3;UNTIL=19970902T210000Z'], '09:00 12:00 15:00'],
  [['FREQ=HOURLY;INTERVAL=3;UNTIL=19970902T170000Z'], '09:00 12:00'],
  [['FREQ=MINUTELY;INTERVAL=15;COUNT=6'], '09:00 09:15 09:30 09:45 10:00 10:15'],
  [['FREQ=MINUTELY;INTERVAL=90;COUNT=4'], '09:00 10:30 12:00 13:30'],
  [
    [
      'FREQ=DAILY;BYHOUR=9,10,11,12,13,14,15,16;BYMINUTE=0,20,40',
      'FREQ=MINUTELY;INTERVAL=20;BYHOUR=9,10,11,12,13,14,15,16',
    ],
    `${listTwentyMinutes()} ${listTwentyMinutes()} …`,
  ],
]

const zones = zonesFor('Asia/Tokyo')

describe('RFC 5545, 3.8.5.3', () => {
  for (const [start, rules, days] of examples) {
    for (const rule of rules) {
      test(`${rule} from ${start.slice(0, 8)}`, () => {
        const expected = listDays(days)
        expect(listStarts(start, rule, expected.length, days.endsWith('…'))).toEqual(expected)
      })
    }
  }

  for (const [rules, times] of clockExamples) {
    for (const rule of rules) {
      test(rule, () => {
        const expected = times.split(' ').filter((time) => time !== '…')
        const starts = listStarts('19970902T090000', rule, expected.length, times.endsWith('…'))
        const shown = starts.map((start) => {
          const hour = String(Number(start.slice(9, 11)) - 4).padStart(2, '0')
          return `${hour}:${start.slice(11, 13)}`
        })
        expect(shown).toEqual(expected)
      })
    }
  }
})

/** So many starts as instants, and what comes after them if nothing should. */
function listStarts(start: string, rule: string, length: number, isGoingOn: boolean): readonly string[] {
  const recurrence = makeRecurrence(`DTSTART;TZID=America/New_York:${start}\nRRULE:${rule}`)
  const starts: string[] = []
  for (const occurrence of walkOccurrences(recurrence, zones)) {
    if (isFault(occurrence)) throw new Error(occurrence.text)
    starts.push(serializeInstant(need(occurrence).start))
    if (starts.length === (isGoingOn ? length : length + 1)) break
  }
  return starts
}

/** Nine o'clock of the days as instants: EDT is four hours behind UTC, EST five. */
function listDays(text: string): readonly string[] {
  return text
    .replace(' …', '')
    .split('; ')
    .flatMap((part) => {
      const [year = '', zone = '', ...months] = part.split(' ')
      return months.flatMap((each) => {
        const [month = '', days = ''] = each.split('/')
        return days.split(',').flatMap((range) => {
          const [first = 0, last = first] = range.split('-').map(Number)
          return Array.from({ length: last - first + 1 }, (_, at) => {
            const day = String(first + at).padStart(2, '0')
            return `${year}${month.padStart(2, '0')}${day}T${zone === 'EDT' ? '13' : '14'}0000Z`
          })
        })
      })
    })
}

function listTwentyMinutes(): string {
  return Array.from({ length: 24 }, (_, at) => {
    const hour = String(9 + Math.floor(at / 3)).padStart(2, '0')
    return `${hour}:${['00', '20', '40'][at % 3]}`
  }).join(' ')
}
