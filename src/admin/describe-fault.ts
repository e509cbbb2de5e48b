// What is wrong in a calendar, as a line for the administrator.
import type { CalendarFault } from '../calendar/fault.ts'
import { showLine } from './show-text.ts'

export function describeFault(fault: CalendarFault): string {
  return showLine(fault.where === undefined ? fault.text : `${fault.text} (${fault.where})`)
}
