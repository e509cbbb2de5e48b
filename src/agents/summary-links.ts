// Where to join a meeting, and what else its organizer points to.
import type { Component } from '../calendar/component.ts'
import { findProperties, readParameter, unescapeText } from '../calendar/properties.ts'
import { makeOneLine } from '../text/one-line.ts'
import type { LinkFacts } from '../text/summary-facts.ts'

// RFC 7986, 5.11. Quirk: Google and Teams have properties of their own, see docs/quirks.md.
const joinProperties = ['CONFERENCE', 'X-GOOGLE-CONFERENCE', 'X-MICROSOFT-SKYPETEAMSMEETINGURL'] as const

/** A phone number, a video room, a page. */
const mostLinks = 5
/** A longer address is cut by mail programs, and half an address leads nowhere. */
const longestUrl = 2000
const longestLabel = 100

export function listLinks(component: Component): readonly LinkFacts[] {
  const found = [
    ...joinProperties.flatMap((name) => readLinks(component, name, 'join')),
    ...readLinks(component, 'URL', 'page'),
  ]
  const unique = found.filter(({ url }, index) => found.findIndex((other) => other.url === url) === index)
  return unique.slice(0, mostLinks)
}

function readLinks(component: Component, name: string, kind: LinkFacts['kind']): readonly LinkFacts[] {
  return findProperties(component, name).flatMap((property) => {
    // Some programs escape an address as if it were text.
    const value = unescapeText(property.value).trim()
    const url = makeOneLine(value, longestUrl)
    if (url === '' || url !== value) return []
    return [{ kind, url, label: makeOneLine(readParameter(property, 'LABEL') ?? '', longestLabel) }]
  })
}
