import { expect, test } from 'vitest'
import { withoutOffers } from '../../src/freebusy/window.ts'
import { makeBooked } from '../support/asked-room.ts'

test('what is held for a proposal is not among what is booked', () => {
  const booked = makeBooked('a@example.com', ['DTSTART:20260310T100000Z', 'DTEND:20260310T110000Z'])
  const series = makeBooked('b@example.com', [
    'DTSTART:20260310T120000Z',
    'DTEND:20260310T130000Z',
    'RRULE:FREQ=DAILY;COUNT=3',
  ])
  const held = { expires: 1 }
  const window = { covers: [], single: [booked, { ...booked, ...held }], recurring: [{ ...series, ...held }, series] }
  expect(withoutOffers(window)).toEqual({ covers: [], single: [booked], recurring: [series] })
})
