// Seconds in words, for the log: `90 days`, `1 hour 30 minutes`.

export function describeSeconds(seconds: number): string {
  const units: readonly (readonly [number, string])[] = [
    [Math.floor(seconds / 86_400), 'day'],
    [Math.floor(seconds / 3600) % 24, 'hour'],
    [Math.floor(seconds / 60) % 60, 'minute'],
    [seconds % 60, 'second'],
  ]
  const parts = units.filter(([count]) => count > 0).map(([count, unit]) => `${count} ${unit}${count === 1 ? '' : 's'}`)
  return parts.length === 0 ? '0 seconds' : parts.join(' ')
}
