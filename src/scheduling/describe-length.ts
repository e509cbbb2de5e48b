// A length of time in words of the clock: `1 h 30 min`.

/** Seconds are told only where there is less than a minute. */
export function describeLength(seconds: number): string {
  const minutes = Math.floor(seconds / 60)
  const hours = Math.floor(minutes / 60)
  const parts = [...(hours > 0 ? [`${hours} h`] : []), ...(minutes % 60 > 0 ? [`${minutes % 60} min`] : [])]
  if (parts.length > 0) return parts.join(' ')
  return seconds > 0 ? `${seconds} s` : '0 h'
}
