// What dist/front.cjs offers: all that a mail without a calendar needs.
import type { AgentName } from './agent-options.ts'
import { processOnce, runAgentProgram, type Surroundings } from './agent-program.ts'
import type { ExitCode } from './exit-code.ts'
import { runAgent } from './run-agent.ts'

export { keepSteps } from './load-steps.ts'

/** For the three programs. */
export function startAgent(agent: AgentName): void {
  void runAgentProgram(agent, runAgent)
}

/** One mail in surroundings of the caller's own, who outlives it. */
export function rehearse(agent: AgentName, surroundings: Surroundings): Promise<ExitCode> {
  return processOnce(agent, runAgent, surroundings)
}
