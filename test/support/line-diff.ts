// Two texts side by side for people: `-` only expected, `+` only there, line by line.

export function makeLineDiff(expected: readonly string[], actual: readonly string[]): string {
  const common = findCommon(expected, actual)
  const lines: string[] = []
  let [left, right] = [0, 0]
  for (const [nextLeft, nextRight] of [...common, [expected.length, actual.length] as const]) {
    while (left < nextLeft) lines.push(`  - ${expected[left++]}`)
    while (right < nextRight) lines.push(`  + ${actual[right++]}`)
    if (left < expected.length) lines.push(`    ${expected[left]}`)
    left += 1
    right += 1
  }
  return lines.join('\n')
}

/** Index pairs of a longest common subsequence. */
function findCommon(a: readonly string[], b: readonly string[]): readonly (readonly [number, number])[] {
  const lengths = Array.from({ length: a.length + 1 }, () => new Array<number>(b.length + 1).fill(0))
  const at = (i: number, j: number): number => lengths[i]?.[j] ?? 0
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      const row = lengths[i] ?? []
      row[j] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1))
    }
  }
  const pairs: (readonly [number, number])[] = []
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    if (a[i] === b[j]) pairs.push([i++, j++])
    else if (at(i + 1, j) >= at(i, j + 1)) i++
    else j++
  }
  return pairs
}
