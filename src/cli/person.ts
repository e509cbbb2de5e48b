// imip-person: mail arriving for a person.
import { runAgentProgram } from './agent-program.ts'
import { runAgent } from './run-agent.ts'

void runAgentProgram('imip-person', runAgent)
