// imip-admin check: the doctor; a line for each look, and what to do where something is wrong.
import { type ExitCode, exitCode } from '../cli/exit-code.ts'
import type { AdminWorld } from './admin-world.ts'
import { checkConfiguration } from './checks/check-configuration.ts'
import { checkMailSystem } from './checks/check-mail-system.ts'
import { checkOpenPlaces } from './checks/check-open-places.ts'
import { checkPlaces } from './checks/check-places.ts'
import { checkPreferences } from './checks/check-preferences.ts'
import { checkPrograms } from './checks/check-programs.ts'
import { checkStore } from './checks/check-store.ts'
import { checkStripping } from './checks/check-stripping.ts'
import { checkWays } from './checks/check-ways.ts'
import type { Finding } from './checks/finding.ts'
import { makeJsonList } from './json-list.ts'
import { showLine } from './show-text.ts'
import { type Given, hasOption, readOption } from './subcommand.ts'
import { readUser } from './user-argument.ts'

type Check = (world: AdminWorld) => readonly Finding[] | Promise<readonly Finding[]>

const checks: readonly Check[] = [
  checkConfiguration,
  checkPrograms,
  checkPlaces,
  checkOpenPlaces,
  checkStore,
  checkPreferences,
  checkWays,
  checkMailSystem,
]

export async function runCheck(given: Given, world: AdminWorld): Promise<ExitCode> {
  const findings: Finding[] = []
  for (const check of chooseChecks(given)) {
    // What one look says of a place, others that need the place say again.
    const found = (await check(world)).filter(
      ({ state, text }) => state !== 'wrong' || findings.every((other) => other.text !== text),
    )
    findings.push(...found)
    if (!hasOption(given, 'json')) for (const finding of found) world.write(showFinding(finding))
  }
  if (hasOption(given, 'json')) world.write(makeJsonList(findings))
  return findings.some(({ state }) => state === 'wrong') ? exitCode.found : exitCode.done
}

/** A mail is sent only where that is asked for. */
function chooseChecks(given: Given): readonly Check[] {
  const probed = readOption(given, 'probe')
  if (probed === undefined) return checks
  return [async (world) => [await checkStripping(readUser(probed, world), world)]]
}

const words: Readonly<Record<Finding['state'], string>> = { ok: 'ok', wrong: 'WRONG', unseen: '-' }

function showFinding({ what, state, text }: Finding): string {
  return `${words[state].padEnd(6)} ${showLine(`${what}: ${text}`)}\n`
}
