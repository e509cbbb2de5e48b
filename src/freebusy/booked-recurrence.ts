// The recurrence of a booking: that of its series, or what of it follows a change with RANGE=THISANDFUTURE.
import { type CalendarFault, isFault } from '../calendar/fault.ts'
import { type Recurrence, readRecurrence } from '../calendar/recurrence.ts'
import { readRangeChange } from '../calendar/this-and-future.ts'
import type { BookedRecurrence } from './record.ts'

/** Nothing for a single booking. */
export function readBookedRecurrence(booked: BookedRecurrence | undefined): Recurrence | undefined | CalendarFault {
  const recurrence = booked && readRecurrence(booked.component)
  if (recurrence === undefined || isFault(recurrence) || !booked?.range) return recurrence
  const range = readRangeChange(booked.range)
  return isFault(range) ? range : { ...recurrence, range }
}
