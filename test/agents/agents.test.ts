import { expect, test } from 'vitest'
import { agents, findHandler } from '../../src/agents/agents.ts'
import type { Situation } from '../../src/agents/situation.ts'
import { makeMessage } from '../support/calendar-text.ts'

test.each(Object.values(agents))('$name leaves alone what it does not know, and says so', (agent) => {
  const message = makeMessage('REQUEST', [])
  const decision = findHandler(agent, 'X-COMPONENT', 'REQUEST')(message, {} as Situation)
  expect(decision).toMatchObject({ verdict: 'passed', effects: [], because: [{ code: 'not-automated' }] })
})
