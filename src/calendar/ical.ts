// One content line of iCalendar, read and written; the door to ical.js. RFC 5545, 3.1, and RFC 6868.
import ICAL from 'ical.js'
import type { Parameter, Property } from './component.ts'
import { type CalendarFault, makeFault } from './fault.ts'
import { mostParameters, mostParameterValues } from './limits.ts'

// Of ical.js only the escapes of RFC 6868 and the quoting are used, which need no registry. Its reading of whole lines
// finds the colon too early behind a list of five or more addresses, keeps parameters in an object (one of two with the
// same name is lost, VALUE loses its place and case), splits lists after undoing the escapes, and throws at odd lines.
// The build loads it at the first escape: few mails have one, and it is a fifth of the code that a request would read.

/**
 * A content line, unfolded, as a property. Odd parameters are kept as well as they can be;
 * a fault where the line has no colon, no sound name, or too many parameters.
 */
export function parseContentLine(line: string): Property | CalendarFault {
  const colon = line.indexOf(':')
  const semicolon = line.indexOf(';')
  if (semicolon === -1 || (colon !== -1 && colon < semicolon)) {
    if (colon === -1) return makeFault('no-colon', 'a line without a colon is no property')
    return makeLine(line, line.slice(0, colon), [], colon)
  }
  const scan = scanParameters(line, semicolon, true) ?? scanParameters(line, semicolon, false)
  if (scan === undefined) return makeFault('no-colon', 'a line without a colon is no property')
  if (scan === 'too-many') {
    return makeFault(
      'too-many-parameters',
      `a property has more than ${mostParameters} parameters or ${mostParameterValues} values of one`,
    )
  }
  return makeLine(line, line.slice(0, semicolon), scan.parameters, scan.colon)
}

/** A property as a content line, not folded. No character of it can begin another line. */
export function serializeContentLine(property: Property): string {
  let line = serializeName(property.name)
  for (const parameter of property.parameters) {
    const isListed = parameter.values.length > 1 && wholeParameters.has(parameter.name)
    const values = parameter.values.map((value) => serializeParameterValue(value, isListed))
    line += `;${serializeName(parameter.name)}=${values.join(',')}`
  }
  return `${line}:${serializeValue(property.value)}`
}

/** A name of a component, property or parameter in upper case; only letters of ASCII are folded. */
export function makeName(text: string): string {
  const name = text.trim()
  return /^[A-Z0-9-]*$/.test(name) ? name : name.replace(/[a-z]+/g, (letters) => letters.toUpperCase())
}

/** Text fit for a line: no line break, no control character. */
export function serializeValue(text: string): string {
  // RFC 5545, 3.1: no control characters apart from the tabulator.
  return unfit.test(text) ? text.replace(/\r\n|\r|\n/g, '\\n').replace(controls, '') : text
}

const unfit = /[\x00-\x08\x0a-\x1f\x7f]/
const controls = /[\x00-\x08\x0a-\x1f\x7f]/g

// RFC 5545, 3.2: parameters with one free value. Quirk: some senders leave out the quotes around `Doe, Jane`,
// so a comma belongs to the value here and separates none, see docs/quirks.md.
const wholeParameters: ReadonlySet<string> = new Set([
  'ALTREP',
  'CN',
  'DIR',
  'EMAIL',
  'LABEL',
  'LANGUAGE',
  'SENT-BY',
  'TZID',
])

function makeLine(
  line: string,
  name: string,
  parameters: readonly Parameter[],
  colon: number,
): Property | CalendarFault {
  const upper = makeName(name)
  if (upper === '' || unsoundCharacter.test(upper))
    return makeFault('bad-name', 'a line begins with no sound name of a property')
  return { name: upper, parameters, value: line.slice(colon + 1) }
}

interface ParameterScan {
  readonly parameters: readonly Parameter[]
  /** Where the colon before the value is. */
  readonly colon: number
}

/**
 * The parameters from the first semicolon on; nothing where no colon follows them. A second pass without quotes
 * saves the line in which somebody forgot to close one.
 */
function scanParameters(line: string, semicolon: number, isQuoting: boolean): ParameterScan | 'too-many' | undefined {
  const parameters: Parameter[] = []
  let position = semicolon
  while (line[position] === ';') {
    const nameEnd = findOneOf(line, position + 1, '=;:')
    const name = makeName(line.slice(position + 1, nameEnd)).replace(unsoundCharacters, '')
    position = nameEnd
    const values: string[] = []
    if (line[position] === '=') {
      const isWhole = wholeParameters.has(name)
      do {
        const value = scanValue(line, position + 1, isQuoting, isWhole ? ';:' : ',;:')
        values.push(value.text)
        position = value.end
        if (values.length > mostParameterValues) return 'too-many'
      } while (line[position] === ',')
    } else values.push('')
    // `DTSTART;;VALUE=DATE` and `DTSTART;:` name nothing.
    if (name !== '') parameters.push({ name, values })
    if (parameters.length > mostParameters) return 'too-many'
  }
  return line[position] === ':' ? { parameters, colon: position } : undefined
}

/** One parameter value from `start` on, quoted or not, and where it ends. */
function scanValue(
  line: string,
  start: number,
  isQuoting: boolean,
  delimiters: string,
): { readonly text: string; readonly end: number } {
  let quote = start
  while (line[quote] === ' ' || line[quote] === '\t') quote++
  if (isQuoting && line[quote] === '"') {
    const closing = line.indexOf('"', quote + 1)
    if (closing !== -1) {
      const end = findOneOf(line, closing + 1, ',;:')
      const rest = line.slice(closing + 1, end).trimEnd()
      return { text: unescapeValue(line.slice(quote + 1, closing) + rest), end }
    }
  }
  const end = findOneOf(line, start, delimiters)
  return { text: unescapeValue(line.slice(start, end).trim()), end }
}

function unescapeValue(text: string): string {
  return text.includes('^') ? ICAL.parse._rfc6868Escape(text) : text
}

function findOneOf(line: string, start: number, characters: string): number {
  for (let position = start; position < line.length; position++) {
    if (characters.includes(line.charAt(position))) return position
  }
  return line.length
}

function serializeParameterValue(value: string, isListed: boolean): string {
  const lines = unfit.test(value) ? value.replace(/\r\n|\r/g, '\n').replace(controlsWithoutNewline, '') : value
  const needsQuotes = isListed || lines !== lines.trim()
  const escaped = /[\n^"]/.test(lines) ? ICAL.stringify._rfc6868Unescape(lines) : lines
  return needsQuotes || /[,:;]/.test(escaped) ? `"${escaped}"` : escaped
}

const controlsWithoutNewline = /[\x00-\x08\x0b-\x1f\x7f]/g

function serializeName(name: string): string {
  return unsoundCharacter.test(name) ? name.replace(unsoundCharacters, '') : name
}

// Names with a dot or an underscore, and in other scripts, occur and do no harm; these would end the name.
const unsoundCharacter = /[\s":;=,\x00-\x1f\x7f]/
const unsoundCharacters = /[\s":;=,\x00-\x1f\x7f]/g
