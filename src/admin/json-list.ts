// A JSON array, one element a line, so that a reader may take it whole or line by line.

export function makeJsonList(elements: readonly unknown[]): string {
  if (elements.length === 0) return '[]\n'
  return `[\n${elements.map((element) => JSON.stringify(element)).join(',\n')}\n]\n`
}
