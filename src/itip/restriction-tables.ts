// Is a message as the table of its method wants it? RFC 5546, 3.2 to 3.5 bind what we send; of what we receive a violation is a note.
import type { Component, ScheduledComponent } from '../calendar/component.ts'
import { type CalendarFault, makeFault } from '../calendar/fault.ts'
import { eventTables } from './event-restrictions.ts'
import { freeBusyTables } from './free-busy-restrictions.ts'
import { journalTables } from './journal-restrictions.ts'
import type { Method } from './method.ts'
import type { Presence, RestrictionTable } from './restriction-table.ts'
import { taskTables } from './task-restrictions.ts'

export const restrictionTables: Readonly<
  Record<ScheduledComponent, Readonly<Partial<Record<Method, RestrictionTable>>>>
> = { VEVENT: eventTables, VTODO: taskTables, VJOURNAL: journalTables, VFREEBUSY: freeBusyTables }

/** Where the components of a message are not as the table of their method wants them; each kind of violation once. */
export function listViolations(method: Method, components: readonly Component[]): readonly CalendarFault[] {
  const found = new Map<string, CalendarFault>()
  const add = (name: string, text: string) => found.set(name, makeFault('restriction', `${nameOf(method)} ${text}`))
  const inAll = countAll(components)
  for (const component of components) {
    if (!isScheduled(component.name)) continue
    const table = restrictionTables[component.name][method]
    // RFC 5546, 3: the table of methods and components.
    if (!table) {
      add(component.name, `is nothing for a ${component.name}`)
      continue
    }
    const inComponent = countAll([...component.properties, ...component.components])
    for (const [name, presence] of Object.entries(table)) {
      const count = (name === component.name ? inAll : inComponent).get(name) ?? 0
      const text = describeViolation(presence, count)
      if (text !== undefined) add(name, `${text} ${name}`)
    }
    for (const end of ['DTEND', 'DUE'])
      if (inComponent.has(end) && inComponent.has('DURATION') && table.DURATION !== '0')
        add(`${end} and DURATION`, `must not have both ${end} and DURATION`)
  }
  return [...found.values()]
}

function isScheduled(name: string): name is ScheduledComponent {
  return Object.hasOwn(restrictionTables, name)
}

function nameOf(method: Method): string {
  return method === 'ADD' ? 'an ADD' : `a ${method}`
}

function countAll(named: readonly { readonly name: string }[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const { name } of named) counts.set(name, (counts.get(name) ?? 0) + 1)
  return counts
}

function describeViolation(presence: Presence, count: number): string | undefined {
  if (presence === '0' && count > 0) return 'must not have'
  if (presence.startsWith('1') && count === 0) return 'must have'
  return (presence === '1' || presence === '0-1') && count > 1 ? 'must not have more than one' : undefined
}
