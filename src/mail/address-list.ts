// The addresses of a header field, names, comments and groups left aside. RFC 5322, 3.4.
import { readMailbox } from '../calendar/calendar-address.ts'
import { mostAddresses } from './limits.ts'

/** As written, in order; what is no address is left out. */
export function parseAddressList(value: string): readonly string[] {
  const addresses: string[] = []
  // Outside of quotes, comments and angle brackets; and what stands in the last angle brackets.
  let plain = ''
  let angle: string | undefined
  let comment = 0
  let place: 'plain' | 'angle' | 'quoted' = 'plain'

  function finish(): void {
    // RFC 5322, 4.4: an old route in front of the address.
    const address = readMailbox(angle?.replace(/^@[^:]*:/, '') ?? plain.trim())
    if (address !== undefined && addresses.length < mostAddresses) addresses.push(address)
    plain = ''
    angle = undefined
  }

  let inside: 'plain' | 'angle' = 'plain'
  function keep(text: string): void {
    if (inside === 'angle') angle = (angle ?? '') + text
    else plain += text
  }

  for (let at = 0; at < value.length; at++) {
    const character = value[at] as string
    if (character === '\\' && (place === 'quoted' || comment > 0)) {
      at++
      if (comment === 0) keep(character + (value[at] ?? ''))
    } else if (place === 'quoted') {
      keep(character)
      if (character === '"') place = inside
    } else if (comment > 0) {
      if (character === '(') comment++
      else if (character === ')') comment--
    } else if (character === '(') comment = 1
    else if (character === '"') {
      keep(character)
      place = 'quoted'
    } else if (inside === 'angle') {
      if (character === '>') {
        inside = 'plain'
        place = 'plain'
      } else keep(character)
    } else if (character === '<') {
      angle = ''
      inside = 'angle'
      place = 'angle'
    } else if (character === ',' || character === ';') finish()
    // RFC 5322, 3.4: a colon ends the name of a group.
    else if (character === ':' && angle === undefined) plain = ''
    else keep(character)
  }
  finish()
  return addresses
}
