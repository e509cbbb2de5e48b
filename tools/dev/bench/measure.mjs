// Medians of things done in turn, so that a busy minute of the machine hits all alike.

/** Runs each of the tasks `rounds` times, alternating; gives the median milliseconds of each by name. */
export async function measure(tasks, rounds, warm = 2) {
  const times = new Map(Object.keys(tasks).map((name) => [name, []]))
  const all = Object.entries(tasks)
  for (let round = -warm; round < rounds; round++)
    // Whoever comes second finds the caches of the machine as the first one has left them.
    for (const [name, task] of round % 2 === 0 ? all : all.toReversed()) {
      const spent = await task(round)
      if (round >= 0) times.get(name).push(spent)
    }
  return Object.fromEntries([...times].map(([name, list]) => [name, median(list)]))
}

export function median(list) {
  const sorted = [...list].sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)]
}

/** One line: what, ratio, its mark, and whether it is reached. */
export function showRatio(what, value, partner, most) {
  const ratio = value / partner
  const mark = most === undefined ? '' : `  (at most ${most.toFixed(2)}: ${ratio <= most ? 'reached' : 'MISSED'})`
  console.log(
    `${what.padEnd(58)} ${ratio.toFixed(2).padStart(8)}   ${value.toFixed(2)} ms / ${partner.toFixed(2)} ms${mark}`,
  )
  return most === undefined || ratio <= most
}
