// Makes a room's files follow a record of its log. Nothing here is synced: the log is.
import { dirname, join } from 'node:path'
import { appendLine } from './append-line.ts'
import { putFile, readFile, removeFile, writeAt } from './file-access.ts'
import type { Operation } from './operation.ts'
import type { Room, StoreFiles } from './store-files.ts'

/** `again`: some of it may have been done before; it comes to the same. */
export function applyOperations(
  files: StoreFiles,
  room: Room,
  operations: readonly Operation[],
  again: 'first' | 'again',
): void {
  for (const operation of operations) {
    const path = join(room.path, operation.path)
    switch (operation.kind) {
      case 'put':
        putFile(files, path, operation.bytes)
        break
      case 'patch':
        writeAt(files, path, operation.bytes, operation.position)
        break
      case 'drop':
        removeFile(files, path)
        break
      case 'line':
        if (again === 'first') appendLine(files, path, makeLine(operation.name, operation.bytes))
        else appendLineOnce(files, path, operation.name, operation.bytes)
    }
  }
}

/** The paths that a checkpoint must sync so that an operation outlives the log: files, and the directories they stand in. */
export function listTouched(room: Room, operation: Operation): readonly string[] {
  const path = join(room.path, operation.path)
  const touched = operation.kind === 'drop' ? [] : [path]
  for (let directory = dirname(path); directory.length >= room.path.length; directory = dirname(directory)) {
    touched.push(directory)
  }
  return touched
}

function appendLineOnce(files: StoreFiles, path: string, name: string, bytes: Uint8Array): void {
  const there = readFile(files, path) ?? Buffer.alloc(0)
  const line = makeLine(name, bytes)
  const place = there.indexOf(line)
  if (place === 0 || there[place - 1] === newline) return
  appendLine(files, path, line)
}

const newline = 10

function makeLine(name: string, bytes: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from(`${name} `), bytes, Buffer.from('\n')])
}
