// imip-resource: mail arriving for a resource.
import { runAgentProgram } from './agent-program.ts'
import { runAgent } from './run-agent.ts'

void runAgentProgram('imip-resource', runAgent)
