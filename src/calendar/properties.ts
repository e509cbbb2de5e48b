// Typed reading and changing of a component's properties; changing gives a new component.
import type { Component, Property } from './component.ts'
import { type CalendarTime, type Instant, parseCalendarTime } from './time.ts'

export function findProperty(component: Component, name: string): Property | undefined {
  return component.properties.find((property) => property.name === name)
}

export function findProperties(component: Component, name: string): readonly Property[] {
  return component.properties.filter((property) => property.name === name)
}

/** The first value of a parameter. */
export function readParameter(property: Property, name: string): string | undefined {
  return property.parameters.find((parameter) => parameter.name === name)?.values[0]
}

/** All values of a parameter: DELEGATED-TO and MEMBER are lists. */
export function readParameterList(property: Property, name: string): readonly string[] {
  return property.parameters.filter((parameter) => parameter.name === name).flatMap((parameter) => parameter.values)
}

/** RFC 5545, 3.8.4.7: compared as it stands. */
export function readUid(component: Component): string | undefined {
  const value = findProperty(component, 'UID')?.value.trim()
  return value === '' ? undefined : value
}

// RFC 5545, 3.8.7.4: an object without SEQUENCE is revision 0.
export function readSequence(component: Component): number {
  const value = Number.parseInt(findProperty(component, 'SEQUENCE')?.value ?? '0', 10)
  return Number.isSafeInteger(value) && value >= 0 ? value : 0
}

/** DTSTAMP as an instant; nothing where it is absent or unreadable. RFC 5545, 3.8.7.2: it is in UTC, so one without Z is read so. */
export function readStamp(component: Component): Instant | undefined {
  const property = findProperty(component, 'DTSTAMP')
  const time = property && parseCalendarTime(property.value)
  return time === undefined || time.kind === 'fault' ? undefined : time.local
}

/** STATUS, TRANSP, CLASS and the like in upper case. */
export function readWord(component: Component, name: string): string | undefined {
  return findProperty(component, name)?.value.trim().toUpperCase()
}

/** A TEXT value with its escapes undone. RFC 5545, 3.3.11. */
export function readText(component: Component, name: string): string | undefined {
  const property = findProperty(component, name)
  return property && unescapeText(property.value)
}

/** A date or time as its property says it, with its TZID; nothing where it is absent or unreadable. */
export function readTime(component: Component, name: string): CalendarTime | undefined {
  const property = findProperty(component, name)
  const time = property && parseCalendarTime(property.value, readParameter(property, 'TZID'))
  return time?.kind === 'fault' ? undefined : time
}

export function makeProperty(name: string, value: string, parameters: Readonly<Record<string, string>> = {}): Property {
  return {
    name,
    value,
    parameters: Object.entries(parameters).map(([parameter, text]) => ({ name: parameter, values: [text] })),
  }
}

/** A property of type TEXT, escaped. */
export function makeTextProperty(name: string, text: string): Property {
  return makeProperty(name, escapeText(text))
}

/** The component with these properties in place of all of their names; new names go to the end. */
export function withProperties(component: Component, ...replacements: readonly Property[]): Component {
  const names = new Set(replacements.map((property) => property.name))
  const pending = [...replacements]
  const kept = component.properties.flatMap((property) => {
    if (!names.has(property.name)) return [property]
    const here = pending.filter((replacement) => replacement.name === property.name)
    for (const replacement of here) pending.splice(pending.indexOf(replacement), 1)
    return here
  })
  return { ...component, properties: [...kept, ...pending] }
}

export function withoutProperties(component: Component, ...names: readonly string[]): Component {
  return { ...component, properties: component.properties.filter((property) => !names.includes(property.name)) }
}

/** The property with a parameter set, or taken away where the value is undefined. */
export function withParameter(property: Property, name: string, value: string | undefined): Property {
  const others = property.parameters.filter((parameter) => parameter.name !== name)
  return { ...property, parameters: value === undefined ? others : [...others, { name, values: [value] }] }
}

// RFC 5545, 3.3.11.
export function escapeText(text: string): string {
  return text
    .replaceAll('\\', '\\\\')
    .replaceAll(';', '\\;')
    .replaceAll(',', '\\,')
    .replace(/\r\n|\r|\n/g, '\\n')
}

export function unescapeText(value: string): string {
  return value.replace(/\\([\\;,nN])/g, (_, character: string) =>
    character === 'n' || character === 'N' ? '\n' : character,
  )
}
