// What imip-admin mta prints, piece by piece: an administrator puts each where the line above it says.

import type { Agents } from './agents.ts'

/** Each text by the name of its file in conf/postfix or conf/exim. */
export type Printed = ReadonlyMap<string, string>

export const printFiles = async (
  agents: Agents,
  system: 'postfix' | 'exim',
  options: readonly string[],
): Promise<Printed> => {
  const printed = await agents.runAdmin('mta', system, ...options)
  return new Map(
    printed
      .split(/^##### /m)
      .slice(1)
      .map((piece) => [piece.slice(0, piece.indexOf(':')), `${piece.slice(piece.indexOf('\n')).trim()}\n`] as const),
  )
}
