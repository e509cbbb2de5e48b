// The time zone of the system, by its IANA name.
import { readFileSync, readlinkSync } from 'node:fs'

/** UTC where the system does not say. */
export function readSystemZone(): string {
  return readZoneFile() ?? readZoneLink() ?? 'UTC'
}

function readZoneFile(): string | undefined {
  try {
    const name = readFileSync('/etc/timezone', 'utf8').trim()
    return zoneName.test(name) ? name : undefined
  } catch {
    return undefined
  }
}

function readZoneLink(): string | undefined {
  try {
    const name = /zoneinfo\/(?:posix\/|right\/)?(.+)$/.exec(readlinkSync('/etc/localtime'))?.[1] ?? ''
    return zoneName.test(name) ? name : undefined
  } catch {
    return undefined
  }
}

const zoneName = /^[A-Za-z][A-Za-z0-9_+-]*(\/[A-Za-z0-9_+-]+){0,2}$/
