// What dist/front.cjs offers the three programs: all that a mail without a calendar needs.
import type { AgentName } from './agent-options.ts'
import { runAgentProgram } from './agent-program.ts'
import { runAgent } from './run-agent.ts'

export function startAgent(agent: AgentName): void {
  void runAgentProgram(agent, runAgent)
}
