// How far long work has come, for a person at the terminal; nowhere else.
import type { AdminWorld } from './admin-world.ts'

export interface Progress {
  /** So much is done now. */
  show(done: number): void
  /** The line is taken away. */
  end(): void
}

export function makeProgress(world: Pick<AdminWorld, 'isTerminal' | 'draw'>, what: string, total: number): Progress {
  if (!world.isTerminal) return { show: () => {}, end: () => {} }
  let shown = ''
  return {
    show(done) {
      const filled = total === 0 ? barWidth : Math.floor((done / total) * barWidth)
      const line = `\r[${'#'.repeat(filled)}${'.'.repeat(barWidth - filled)}] ${done} of ${total} ${what}`
      if (line === shown) return
      shown = line
      world.draw(line)
    },
    end() {
      if (shown !== '') world.draw(`\r${' '.repeat(shown.length)}\r`)
    },
  }
}

const barWidth = 30
