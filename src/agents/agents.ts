// The three agents as tables, put together from roles and directions. RFC 5546, 1.4 says who sends what.
import type { Agent, Handler } from './agent.ts'
import * as attendeeReceives from './attendee-receives.ts'
import * as attendeeSends from './attendee-sends.ts'
import { type Decision, decide } from './decision.ts'
import * as freeBusyReceives from './free-busy-receives.ts'
import * as organizerReceives from './organizer-receives.ts'
import * as organizerSends from './organizer-sends.ts'
import * as reasons from './reasons.ts'
import * as resourceReceives from './resource-receives.ts'

export const person: Agent = {
  name: 'imip-person',
  delivers: true,
  handlers: {
    VEVENT: {
      REQUEST: attendeeReceives.decideRequest,
      CANCEL: attendeeReceives.decideCancel,
      PUBLISH: attendeeReceives.decidePublish,
      ADD: attendeeReceives.decideAdd,
      DECLINECOUNTER: attendeeReceives.decideDeclineCounter,
      REPLY: organizerReceives.decideReply,
      COUNTER: organizerReceives.decideCounter,
      REFRESH: organizerReceives.decideRefresh,
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
      REQUEST: organizerSends.decideSentRequest,
      CANCEL: organizerSends.decideSentCancel,
      PUBLISH: organizerSends.decideSentPublish,
      ADD: organizerSends.decideSentAdd,
      DECLINECOUNTER: organizerSends.decideSentDeclineCounter,
      REPLY: attendeeSends.decideSentReply,
      COUNTER: attendeeSends.decideSentCounter,
      REFRESH: attendeeSends.decideSentRefresh,
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
      ADD: resourceReceives.decideAdd,
      DECLINECOUNTER: resourceReceives.decideDeclineCounter,
      PUBLISH: resourceReceives.decideAsOrganizer,
      REPLY: resourceReceives.decideAsOrganizer,
      COUNTER: resourceReceives.decideAsOrganizer,
      REFRESH: resourceReceives.decideAsOrganizer,
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
