// A setting's value as it stands in the file.
import type { Kind, KindValues } from './setting-kinds.ts'

export function serializeSetting(kind: Kind, value: KindValues[Kind]): string {
  if (kind === 'duration') return JSON.stringify(serializeSeconds(Number(value)))
  if (kind === 'size') return JSON.stringify(serializeSize(Number(value)))
  if (kind === 'mode') return JSON.stringify(Number(value).toString(8).padStart(4, '0'))
  if (value instanceof Map) {
    const entries = [...value].map(([name, members]) => `${JSON.stringify(name)} = ${serializeList(members)}`)
    return entries.length === 0 ? '{}' : `{ ${entries.join(', ')} }`
  }
  if (Array.isArray(value)) return serializeList(value)
  return JSON.stringify(value)
}

function serializeList(members: readonly string[]): string {
  return `[${members.map((member) => JSON.stringify(member)).join(', ')}]`
}

/** In the greatest unit that leaves no rest: 900 is `15m`. */
function serializeSeconds(seconds: number): string {
  const units = [
    ['d', 86_400],
    ['h', 3600],
    ['m', 60],
    ['s', 1],
  ] as const
  for (const [unit, length] of units)
    if (seconds >= length && seconds % length === 0) return `${seconds / length}${unit}`
  return seconds === 0 ? '0' : `${Math.round(seconds * 1000)}ms`
}

function serializeSize(bytes: number): string {
  const units = [
    ['GiB', 1024 ** 3],
    ['MiB', 1024 ** 2],
    ['KiB', 1024],
  ] as const
  for (const [unit, length] of units) if (bytes >= length && bytes % length === 0) return `${bytes / length} ${unit}`
  return String(bytes)
}
