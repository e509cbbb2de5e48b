// The settings: each can be used, and those that need each other are there.
import type { AdminWorld } from '../admin-world.ts'
import { type Finding, makeOk, makeUnseen, makeWrong } from './finding.ts'

export function checkConfiguration({ configuration, configurationFaults }: AdminWorld): readonly Finding[] {
  const { mode, authservId, senderCheck, messageSender, bounceAddress } = configuration
  const findings: Finding[] = configurationFaults.map((fault) => makeWrong('configuration', fault))
  if (findings.length === 0) findings.push(makeOk('configuration', 'every setting can be used'))
  if (mode !== 'on')
    findings.push(
      makeWrong('mode', `mode = "${mode}": nothing is decided; set it to "on" when that is no longer wanted`),
    )
  if (senderCheck !== 'none' && senderCheck !== 'auto' && authservId === '')
    findings.push(
      makeWrong(
        'sender_check',
        `sender_check = "${senderCheck}" without authserv_id: only logins and trusted networks are proven; set authserv_id to the name that the mail system writes into Authentication-Results`,
      ),
    )
  if (authservId === '')
    findings.push(
      makeUnseen('authserv_id', 'not set: who sends is not proven, only the domain of the sender is looked at'),
    )
  else
    findings.push(
      makeUnseen(
        'Authentication-Results',
        'that the mail system takes out forged ones is tried with two mails: "imip-admin check --probe ROOM", where mail of strangers comes in (--set smtp=HOST:25)',
      ),
    )
  if (messageSender === '' && bounceAddress === '')
    findings.push(
      makeUnseen('bounce_address', 'not set: answers that cannot be delivered come back to calendar@ the domain'),
    )
  return findings
}
