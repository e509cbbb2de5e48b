// imip-person-outgoing: a copy of mail sent by a person.
import { runAgentProgram } from './agent-program.ts'
import { runAgent } from './run-agent.ts'

void runAgentProgram('imip-person-outgoing', runAgent)
