// Agent: a name, what it does with each method, and whether the original mail goes on to a mailbox.

import type { ScheduledComponent } from '../calendar/component.ts'
import type { Method } from '../itip/method.ts'
import type { SchedulingMessage } from '../itip/scheduling-message.ts'
import type { Decision, Wanted } from './decision.ts'
import type { Situation } from './situation.ts'

/** Pure: the same message in the same situation gives the same decision. */
export type Handler = (message: SchedulingMessage, situation: Situation) => Decision | Wanted

export type HandlerTable = Readonly<Partial<Record<ScheduledComponent, Readonly<Partial<Record<Method, Handler>>>>>>

export interface Agent {
  readonly name: 'imip-person' | 'imip-person-outgoing' | 'imip-resource'
  readonly handlers: HandlerTable
  /** The person agent hands the mail on; a resource has no mailbox, and the outgoing agent sees a copy. */
  readonly delivers: boolean
}
