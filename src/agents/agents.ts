// The three agents as tables, put together from roles and directions. RFC 5546, 1.4 says who sends what.
import type { Agent, Handler } from './agent.ts'
import * as attendeeReceives from './attendee-receives.ts'
import { decideSentReply } from './attendee-sends.ts'
import { type Decision, decide } from './decision.ts'
import * as freeBusyReceives from './free-busy-receives.ts'
import { decideReply } from './organizer-receives.ts'
import { decideSentCancel, decideSentRequest } from './organizer-sends.ts'
import * as reasons from './reasons.ts'
import * as resourceReceives from './resource-receives.ts'

export const person: Agent = {
  name: 'imip-person',
  delivers: true,
  handlers: {
    VEVENT: {
      REQUEST: attendeeReceives.decideRequest,
      CANCEL: attendeeReceives.decideCancel,
      REPLY: decideReply,
    },
    VFREEBUSY: {
      REQUEST: freeBusyReceives.decideRequestToPerson,
      REPLY: freeBusyReceives.decideTold,
      PUBLISH: freeBusyReceives.decideTold,
    },
  },
}

export const personOutgoing: Agent = {
  name: 'imip-person-outgoing',
  delivers: false,
  handlers: {
    VEVENT: {
      REQUEST: decideSentRequest,
      CANCEL: decideSentCancel,
      REPLY: decideSentReply,
    },
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
      REQUEST: resourceReceives.decideRequest,
      CANCEL: resourceReceives.decideCancel,
    },
    VFREEBUSY: {
      REQUEST: freeBusyReceives.decideRequestToResource,
      REPLY: freeBusyReceives.decideReplyToResource,
      PUBLISH: freeBusyReceives.decideTold,
    },
  },
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
  return handlers?.[method as keyof typeof handlers] ?? ((message) => decide('passed', reasons.methodNotBuilt(message)))
}
