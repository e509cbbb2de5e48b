// The smallest input that shows the same: texts are left out, then lines, then bytes, in halves, quarters, eighths …

/** `isAlike` says whether an input shows it; gives up after so many milliseconds with what it has. */
export async function minimize(input, isAlike, patience) {
  const until = performance.now() + patience
  let best = input
  const attempt = async (texts) => {
    const candidate = { ...best, texts }
    if (performance.now() > until || !(await isAlike(candidate))) return false
    best = candidate
    return true
  }
  for (let index = best.texts.length - 1; index >= 0; index--)
    if (best.texts[index] !== null) await attempt(best.texts.map((text, other) => (other === index ? null : text)))
  for (const separator of ['\n', '']) {
    for (let index = 0; index < best.texts.length; index++) {
      if (best.texts[index] === null) continue
      let pieces = best.texts[index].split(separator)
      for (
        let size = Math.ceil(pieces.length / 2);
        size >= 1 && performance.now() < until;
        size = size > 1 ? Math.ceil(size / 2) : 0
      )
        for (let start = 0; start < pieces.length && performance.now() < until; ) {
          const shorter = [...pieces.slice(0, start), ...pieces.slice(start + size)]
          const texts = best.texts.map((text, other) => (other === index ? shorter.join(separator) : text))
          if (await attempt(texts)) pieces = shorter
          else start += size
        }
    }
  }
  return best
}
