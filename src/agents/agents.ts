// The three agents as tables, put together from roles and directions. RFC 5546, 1.4 says who sends what.
import { type Method, senderOfMethod } from '../itip/method.ts'
import type { SchedulingMessage } from '../itip/scheduling-message.ts'
import type { Agent, Handler } from './agent.ts'
import * as attendeeReceives from './attendee-receives.ts'
import * as attendeeSends from './attendee-sends.ts'
import { decidePublish as decideBlocked } from './blocked-by-owner.ts'
import { type Decision, decide } from './decision.ts'
import * as freeBusyReceives from './free-busy-receives.ts'
import * as organizerReceives from './organizer-receives.ts'
import * as organizerSends from './organizer-sends.ts'
import * as reasons from './reasons.ts'
import { makeResourceHandler } from './resource-handler.ts'
import * as resourceReceives from './resource-receives.ts'
import type { Situation } from './situation.ts'

/** Events, tasks and journal entries are recorded by the same rules. RFC 5546, 3.2, 3.4 and 3.5. */
const objectsForPerson = {
  REQUEST: attendeeReceives.decideRequest,
  CANCEL: attendeeReceives.decideCancel,
  PUBLISH: attendeeReceives.decidePublish,
  ADD: attendeeReceives.decideAdd,
  DECLINECOUNTER: attendeeReceives.decideDeclineCounter,
  REPLY: organizerReceives.decideReply,
  COUNTER: organizerReceives.decideCounter,
  REFRESH: organizerReceives.decideRefresh,
}

export const person: Agent = {
  name: 'imip-person',
  delivers: true,
  handlers: {
    VEVENT: objectsForPerson,
    VTODO: objectsForPerson,
    VJOURNAL: objectsForPerson,
    VFREEBUSY: {
      REQUEST: freeBusyReceives.decideRequestToPerson,
      REPLY: freeBusyReceives.decideTold,
      PUBLISH: freeBusyReceives.decideTold,
    },
  },
}

/** What the person sends of them. */
const objectsOfPerson = {
  REQUEST: organizerSends.decideSentRequest,
  CANCEL: organizerSends.decideSentCancel,
  PUBLISH: organizerSends.decideSentPublish,
  ADD: organizerSends.decideSentAdd,
  DECLINECOUNTER: organizerSends.decideSentDeclineCounter,
  REPLY: attendeeSends.decideSentReply,
  COUNTER: attendeeSends.decideSentCounter,
  REFRESH: attendeeSends.decideSentRefresh,
}

export const personOutgoing: Agent = {
  name: 'imip-person-outgoing',
  delivers: false,
  handlers: {
    VEVENT: objectsOfPerson,
    VTODO: objectsOfPerson,
    VJOURNAL: objectsOfPerson,
    VFREEBUSY: {
      REQUEST: decideSentFreeBusy,
      REPLY: decideSentFreeBusy,
      PUBLISH: decideSentFreeBusy,
    },
  },
}

export const resource: Agent = {
  name: 'imip-resource',
  delivers: false,
  handlers: {
    VEVENT: {
      REQUEST: makeResourceHandler(resourceReceives.decideRequest),
      CANCEL: makeResourceHandler(resourceReceives.decideCancel),
      ADD: makeResourceHandler(resourceReceives.decideAdd),
      DECLINECOUNTER: makeResourceHandler(resourceReceives.decideDeclineCounter),
      PUBLISH: makeResourceHandler(decideBlocked),
      REPLY: resourceReceives.decideAsOrganizer,
      COUNTER: resourceReceives.decideAsOrganizer,
      REFRESH: resourceReceives.decideAsOrganizer,
    },
    VTODO: makeTable(() => decide('passed', reasons.notForResources)),
    VJOURNAL: makeTable(() => decide('passed', reasons.notForResources)),
    VFREEBUSY: {
      REQUEST: freeBusyReceives.decideRequestToResource,
      REPLY: freeBusyReceives.decideReplyToResource,
      PUBLISH: freeBusyReceives.decideTold,
    },
  },
}

/** The same for every method. */
function makeTable(handler: Handler): Readonly<Record<Method, Handler>> {
  return Object.fromEntries(Object.keys(senderOfMethod).map((method) => [method, handler])) as Record<Method, Handler>
}

/** The user's own schedule follows from events, not from what the user's program says about it. */
function decideSentFreeBusy(): Decision {
  return decide('passed', reasons.freeBusyNotFollowed)
}

export const agents: Readonly<Record<Agent['name'], Agent>> = {
  'imip-person': person,
  'imip-person-outgoing': personOutgoing,
  'imip-resource': resource,
}

/** What an agent does with a message; what it does not know yet it leaves alone and says so. */
export function findHandler(agent: Agent, component: string, method: string): Handler {
  const handlers = agent.handlers[component as keyof Agent['handlers']]
  const handler = handlers?.[method as keyof typeof handlers]
  if (!handler) return (message) => decide('passed', reasons.methodNotBuilt(message))
  return (message, situation) => {
    const other = message.component === 'VFREEBUSY' ? undefined : findOtherComponent(message, situation)
    return other === undefined ? handler(message, situation) : decide('refused', reasons.otherComponent(other, message))
  }
}

/** RFC 5545, 3.8.4.7: a UID names one object; an event that becomes a task would be neither. */
function findOtherComponent({ component }: SchedulingMessage, { stored }: Situation): string | undefined {
  const known = [...(stored?.parts ?? []), ...(stored?.cancelled ?? [])].map((part) => part.component.name)
  return known.find((name) => name !== component)
}
