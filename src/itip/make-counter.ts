// COUNTER: how a proposal of another time is made. RFC 5546, 3.2.7.
import type { Component, Property } from '../calendar/component.ts'
import { isFault } from '../calendar/fault.ts'
import type { Period } from '../calendar/period.ts'
import { findProperty, makeProperty, withProperties } from '../calendar/properties.ts'
import { readSpan } from '../calendar/span.ts'
import type { Zones } from '../calendar/time-zone.ts'
import { moveComponent } from './move-component.ts'
import { type AnswerContent, makeReply } from './reply.ts'
import type { SchedulingMessage } from './scheduling-message.ts'

/** The first component of a request at another time, with its proposer as the only ATTENDEE. */
export function makeCounter(
  request: SchedulingMessage,
  content: AnswerContent,
  proposed: Period,
  zones: Zones,
): SchedulingMessage {
  const [asked] = request.components
  if (!asked) return { ...request, method: 'COUNTER' }
  const answer = (component: Component): SchedulingMessage =>
    makeReply({ ...request, components: [component] }, content, zones)
  const span = readSpan(asked, zones)
  const original = answer(isFault(span) ? asked : moveComponent(asked, span.period, zones))
  const moved = answer(moveComponent(asked, proposed, zones))
  return {
    ...moved,
    method: 'COUNTER',
    components: moved.components.map((component) =>
      withProperties(component, ...listRequired(component), ...listOriginalTimes(original)),
    ),
    timeZones: new Map([...original.timeZones, ...moved.timeZones]),
  }
}

/** What a COUNTER has in any case. RFC 5546, 3.2.7. */
function listRequired(component: Component): readonly Property[] {
  return [
    findProperty(component, 'SEQUENCE') ?? makeProperty('SEQUENCE', '0'),
    findProperty(component, 'SUMMARY') ?? makeProperty('SUMMARY', ''),
  ]
}

// Quirk: Outlook shows a proposal beside the original time only where these tell it, see docs/quirks.md.
function listOriginalTimes({ components: [original] }: SchedulingMessage): readonly Property[] {
  const start = original && findProperty(original, 'DTSTART')
  const end = original && findProperty(original, 'DTEND')
  return [
    ...(start ? [{ ...start, name: 'X-MS-OLK-ORIGINALSTART' }] : []),
    ...(end ? [{ ...end, name: 'X-MS-OLK-ORIGINALEND' }] : []),
  ]
}
