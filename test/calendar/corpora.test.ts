// Real and odd calendars of other projects, read where they lie: no crash, no hang, a stable round trip or a named fault.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { CalendarObject } from '../../src/calendar/calendar-object.ts'
import { decodeCalendarText } from '../../src/calendar/decode.ts'
import { isFault } from '../../src/calendar/fault.ts'
import { parseCalendars } from '../../src/calendar/parse.ts'
import { serializeCalendar } from '../../src/calendar/serialize.ts'

const folder = join(import.meta.dirname, '../../../shared/corpora/calendars')
const names = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.ics')) : []

/** What has no VCALENDAR in it; all others are read. */
const faults: Readonly<Record<string, string>> = {
  'fuzz_testcase_0_char_in_component_name.ics': 'no-calendar',
  'fuzz_testcase_invalid_month.ics': 'no-calendar',
  'fuzz_testcase_vtimezone_lone_cr.ics': 'no-calendar',
  'issue_178_component_with_invalid_name_represented.ics': 'no-calendar',
  'issue_178_custom_component_contains_other.ics': 'no-calendar',
  'issue_82_expected_output.ics': 'no-calendar',
}

/** What is noted of those that are not in order. */
const notes: Readonly<Record<string, readonly string[]>> = {
  'big_bad_calendar.ics': ['not-closed'],
  'issue_104_broken_calendar.ics': ['no-colon'],
  'issue_168_input.ics': ['no-colon'],
  'issue_348_exception_parsing_value.ics': ['no-colon', 'no-colon'],
  'issue_350.ics': ['outside'],
  'issue_351_whitespace_in_property_and_params.ics': ['bad-name'],
  'pr_480_summary_with_colon.ics': ['not-closed'],
  'small_bad_calendar.ics': ['not-closed'],
  'timezone_rdate.ics': ['no-colon'],
  'timezone_same_start_and_offset.ics': ['stray-end', 'not-closed'],
}

const read = (name: string) => parseCalendars(decodeCalendarText(readFileSync(join(folder, name)), undefined))

const withoutNotes = (calendars: readonly CalendarObject[]): readonly CalendarObject[] =>
  calendars.map((calendar) => ({ ...calendar, notes: [] }))

if (names.length === 0) {
  test('real and odd calendars are NOT read: ../shared/corpora/calendars is not there', ({ skip }) =>
    skip('the corpora are test input of other projects and are kept outside of this one'))
} else {
  describe('real and odd calendars', () => {
    test('are all there', () => {
      expect(names).toHaveLength(116)
      expect(names).toEqual(expect.arrayContaining([...Object.keys(faults), ...Object.keys(notes)]))
    })

    test.each(names)('%s', (name) => {
      const calendars = read(name)
      if (isFault(calendars)) {
        expect(calendars.code).toBe(faults[name])
        expect(calendars.where).toBeDefined()
        return
      }
      expect(faults[name]).toBeUndefined()
      expect(calendars.flatMap((calendar) => calendar.notes.map((note) => note.code))).toEqual(notes[name] ?? [])

      const text = calendars.map(serializeCalendar).join('')
      for (const line of text.split('\r\n')) expect(new TextEncoder().encode(line).length).toBeLessThanOrEqual(75)
      const again = parseCalendars(text)
      if (isFault(again)) throw new Error(again.text)
      expect(withoutNotes(again)).toEqual(withoutNotes(calendars))
      expect(again.flatMap((calendar) => calendar.notes)).toEqual([])
      expect(again.map(serializeCalendar).join('')).toBe(text)
    })
  })
}
