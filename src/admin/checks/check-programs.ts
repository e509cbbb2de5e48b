// The programs: a node that fits, locks that the kernel keeps, bundles compiled beforehand, zone data.
import { existsSync } from 'node:fs'
import { dirname } from 'node:path'
import { isFault } from '../../calendar/fault.ts'
import { makeZones } from '../../calendar/time-zone.ts'
import type { AdminWorld } from '../admin-world.ts'
import { type Finding, makeOk, makeUnseen, makeWrong } from './finding.ts'

export function checkPrograms(world: AdminWorld): readonly Finding[] {
  return [checkNode(), ...checkCaches(world), checkZones(world)]
}

/** The oldest that is tested. */
const oldestNode = 20

function checkNode(): Finding {
  const major = Number(/^v(\d+)/.exec(process.version)?.[1] ?? 0)
  return major >= oldestNode
    ? makeOk('node', process.version)
    : makeWrong(
        'node',
        `${process.version} is older than ${oldestNode}; install a newer one, or name it in IMIP_AGENT_NODE`,
      )
}

function checkCaches({ codeCachePaths }: AdminWorld): readonly Finding[] {
  return codeCachePaths.map((path) =>
    existsSync(path)
      ? makeOk('code cache', path)
      : makeUnseen(
          'code cache',
          `${path} is not there: the agents start slower; "imip-admin init" makes it, by whoever owns ${dirname(path)}`,
        ),
  )
}

function checkZones(world: AdminWorld): Finding {
  const zones = makeZones(world.loadZones(), new Map(), 'UTC')
  const zone = zones.resolve('Europe/Oslo')
  return isFault(zone)
    ? makeWrong('zones', 'there is no zone data; install tzdata')
    : makeOk('zones', `version ${world.loadZones().version ?? 'unknown'}`)
}
