// What a log record does to the files of a room, in an order, each an idempotent set; and its text.

/** Paths are inside the room, made of encoded names. */
export type Operation =
  /** The whole file. */
  | { readonly kind: 'put'; readonly path: string; readonly bytes: Uint8Array }
  /** Bytes at a place; the file is made where it is not there. */
  | { readonly kind: 'patch'; readonly path: string; readonly position: number; readonly bytes: Uint8Array }
  | { readonly kind: 'drop'; readonly path: string }
  /** A line at the end, which begins with its name and a blank; one with that name is there already or added. */
  | { readonly kind: 'line'; readonly path: string; readonly name: string; readonly bytes: Uint8Array }

/** A line of words for each, then its bytes and a line end. */
export function serializeOperations(operations: readonly Operation[]): Buffer {
  return Buffer.concat(operations.flatMap(serializeOperation))
}

/** Nothing where it is not what `serializeOperations` writes. */
export function parseOperations(text: Buffer): readonly Operation[] | undefined {
  const operations: Operation[] = []
  let offset = 0
  while (offset < text.length) {
    const end = text.indexOf(newline, offset)
    if (end === -1) return undefined
    const words = text.toString('latin1', offset, end).split(' ')
    offset = end + 1
    const length = words[0] === 'drop' ? 0 : Number(words.at(-1))
    const operation = makeOperation(words, text.subarray(offset, offset + length))
    if (!operation) return undefined
    if (operation.kind !== 'drop') offset += length + 1
    operations.push(operation)
  }
  return operations
}

const newline = 10

function serializeOperation(operation: Operation): readonly Uint8Array[] {
  switch (operation.kind) {
    case 'put':
      return withBytes(`put ${operation.path}`, operation.bytes)
    case 'patch':
      return withBytes(`patch ${operation.path} ${operation.position}`, operation.bytes)
    case 'drop':
      return [Buffer.from(`drop ${operation.path}\n`)]
    case 'line':
      return withBytes(`line ${operation.path} ${operation.name}`, operation.bytes)
  }
}

function withBytes(words: string, bytes: Uint8Array): readonly Uint8Array[] {
  return [Buffer.from(`${words} ${bytes.length}\n`), bytes, Buffer.from('\n')]
}

function makeOperation(words: readonly string[], bytes: Buffer): Operation | undefined {
  const [kind, path, place] = words
  if (path === undefined) return undefined
  if (kind === 'drop' && words.length === 2) return { kind, path }
  if (words.length < 3 || String(bytes.length) !== words.at(-1)) return undefined
  if (kind === 'put' && words.length === 3) return { kind, path, bytes }
  if (kind === 'patch' && words.length === 4) return { kind, path, position: Number(place), bytes }
  if (kind === 'line' && words.length === 4 && place !== undefined) return { kind, path, name: place, bytes }
  return undefined
}
