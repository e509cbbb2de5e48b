// TOML: text → values, and the line a setting stands in (the door to smol-toml).
import { parse, TomlError } from 'smol-toml'

export interface TomlFault {
  readonly kind: 'toml-fault'
  readonly line: number
  readonly reason: string
}

export interface TomlTable {
  readonly kind: 'toml'
  readonly values: Readonly<Record<string, unknown>>
}

export function parseToml(text: string): TomlTable | TomlFault {
  try {
    return { kind: 'toml', values: parse(text) }
  } catch (error) {
    if (!(error instanceof TomlError)) throw error
    const reason = (error.message.split('\n')[0] ?? '').replace(/^Invalid TOML document: /, '')
    return { kind: 'toml-fault', line: error.line, reason }
  }
}

/** The line in which a top-level name is set, counted from 1. */
export function findTomlLine(text: string, name: string): number {
  const quoted = name.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')
  const setting = new RegExp(`^\\s*(?:\\[\\s*)?["']?${quoted}["']?\\s*[\\].=]`)
  const index = text.split('\n').findIndex((line) => setting.test(line))
  return index + 1
}
