// A disk in memory that forgets what was not synced, and programs on it that are killed or refused at any call.
import { basename, dirname } from 'node:path'
import type { FileSystem } from '../../src/store/file/file-system.ts'

export interface SimulatedDisk {
  /** Another program on this disk; it has a directory `/var`. */
  connect(trouble?: Trouble): SimulatedProgram
  /**
   * The machine stops: what was not synced is kept or lost, each file and each name by itself, as `choose` says
   * (0 lost, 1 kept, 2 in part). Another boot follows.
   */
  losePower(choose: () => number): void
  /** Time passes: all that was written has reached the disk. */
  settle(): void
  /** Another disk with the same on it, on which no program runs. */
  copy(): SimulatedDisk
}

export interface SimulatedProgram {
  readonly system: FileSystem
  /** Something else the program does that is seen from outside, a mail that is sent; counted and stopped as a call that changes the disk. */
  act<Result>(work: () => Result, half?: () => void): Result
  /** Calls so far that the trouble counts. */
  readonly calls: () => number
  /** Ends the program without a chance to tidy up: its files are closed, its locks free. */
  kill(): void
}

/** What goes wrong at the call with this number, counted from 1. */
export type Trouble =
  /** Counts calls that change the disk. A write is half done, or with `before` not begun. */
  | { readonly kind: 'killed'; readonly at: number; readonly before?: true }
  /** Counts every call. `until`: how many calls in a row. With `late`, a call of `act` is half done all the same. */
  | {
      readonly kind: 'refused'
      readonly at: number
      readonly code: string
      readonly until: number
      readonly late?: true
    }

export class Killed extends Error {
  override readonly name = 'Killed'
}

interface FileNode {
  readonly kind: 'file'
  content: Buffer
  durable: Buffer
}

interface DirectoryNode {
  readonly kind: 'directory'
  readonly entries: Map<string, Node>
  durable: Map<string, Node>
}

type Node = FileNode | DirectoryNode

interface OpenFile {
  readonly node: Node
  readonly append: boolean
}

export function makeSimulatedDisk(): SimulatedDisk {
  const given: DirectoryNode = { kind: 'directory', entries: new Map(), durable: new Map() }
  return makeDiskOf(
    {
      kind: 'directory',
      entries: new Map([['var', given]]),
      durable: new Map([['var', given]]),
    },
    1,
  )
}

function makeDiskOf(root: DirectoryNode, firstBoot: number): SimulatedDisk {
  const opened = new Map<number, OpenFile>()
  /** By byte: which open file has it. All locks are on one file. */
  const locks = new Map<number, number>()
  let lastFile = 2
  let boot = firstBoot

  function find(path: string): Node | undefined {
    let node: Node | undefined = root
    for (const name of path.split('/').filter(Boolean)) {
      if (node?.kind !== 'directory') return undefined
      node = node.entries.get(name)
    }
    return node
  }

  function findDirectory(path: string): DirectoryNode {
    const node = find(path)
    if (node?.kind !== 'directory') throw makeSystemError('ENOENT', path)
    return node
  }

  function openNode(path: string, makes: boolean): Node {
    const directory = findDirectory(dirname(path))
    const found = path === '/' ? root : directory.entries.get(basename(path))
    if (found) return found
    if (!makes) throw makeSystemError('ENOENT', path)
    const node: Node = { kind: 'file', content: Buffer.alloc(0), durable: Buffer.alloc(0) }
    directory.entries.set(basename(path), node)
    return node
  }

  function fileOf(file: number): FileNode {
    const found = opened.get(file)
    if (found?.node.kind !== 'file') throw makeSystemError('EBADF', String(file))
    return found.node
  }

  function connect(trouble?: Trouble): SimulatedProgram {
    const own = new Set<number>()
    let calls = 0
    let isKilled = false

    function kill(): void {
      isKilled = true
      for (const file of own) close(file)
    }

    function close(file: number): void {
      opened.delete(file)
      own.delete(file)
      for (const [byte, holder] of locks) if (holder === file) locks.delete(byte)
    }

    /** Runs a call, or lets it go wrong; `half` is what a write does before the program is killed in it. */
    function call<Result>(isChange: boolean, work: () => Result, half?: () => void, late?: () => void): Result {
      if (isKilled) throw new Killed('the program is not there any more')
      if (trouble?.kind === 'refused') {
        calls++
        if (calls >= trouble.at && calls < trouble.at + trouble.until) {
          if (trouble.late) late?.()
          throw makeSystemError(trouble.code, 'simulated')
        }
      } else if (isChange) {
        calls++
        if (trouble && calls === trouble.at) {
          if (!trouble.before) half?.()
          kill()
          throw new Killed('killed')
        }
      }
      return work()
    }

    const system: FileSystem = {
      open: (path, access) =>
        call(access === 'create' || access === 'replace' || access === 'append', () => {
          const node = openNode(path, access !== 'read' && access !== 'change')
          if (access === 'replace' && node.kind === 'file') node.content = Buffer.alloc(0)
          const file = ++lastFile
          opened.set(file, { node, append: access === 'append' })
          own.add(file)
          return file
        }),
      close: (file) => {
        // As Linux does: whatever it says, the file is closed.
        if (!isKilled) close(file)
        call(false, () => {})
      },
      read: (file, buffer, length, position) =>
        call(false, () => fileOf(file).content.copy(buffer, 0, position, position + length)),
      write(file, bytes, offset, position) {
        const write = (end: number): number => {
          const node = fileOf(file)
          const start = position ?? node.content.length
          const content = Buffer.alloc(Math.max(node.content.length, start + end - offset))
          node.content.copy(content)
          Buffer.from(bytes.subarray(offset, end)).copy(content, start)
          node.content = content
          return end - offset
        }
        const middle = offset + Math.floor((bytes.length - offset) / 2)
        return call(
          true,
          () => write(bytes.length),
          () => write(middle),
        )
      },
      sizeOf: (file) => call(false, () => fileOf(file).content.length),
      truncate: (file, size) =>
        call(true, () => {
          const node = fileOf(file)
          node.content = Buffer.from(node.content.subarray(0, size))
        }),
      sync: (file) =>
        call(true, () => {
          const node = opened.get(file)?.node
          if (node?.kind === 'file') node.durable = node.content
          else if (node) node.durable = new Map(node.entries)
        }),
      syncAll: async (paths) => {
        for (const path of paths) {
          const file = system.open(path, 'read', 0)
          system.sync(file)
          close(file)
        }
      },
      setFileMode: () => call(false, () => {}),
      setDirectoryMode: () => call(false, () => {}),
      stat: (path) =>
        call(false, () => {
          const node = find(path)
          return node && { size: node.kind === 'file' ? node.content.length : 0 }
        }),
      list: (path) => call(false, () => [...findDirectory(path).entries.keys()]),
      rename: (from, to) =>
        call(true, () => {
          const node = findDirectory(dirname(from)).entries.get(basename(from))
          if (!node) throw makeSystemError('ENOENT', from)
          findDirectory(dirname(to)).entries.set(basename(to), node)
          findDirectory(dirname(from)).entries.delete(basename(from))
        }),
      unlink: (path) =>
        call(true, () => {
          if (!findDirectory(dirname(path)).entries.delete(basename(path))) throw makeSystemError('ENOENT', path)
        }),
      makeDirectory: (path) =>
        call(true, () => {
          const { entries } = findDirectory(dirname(path))
          if (entries.has(basename(path))) throw makeSystemError('EEXIST', path)
          entries.set(basename(path), { kind: 'directory', entries: new Map(), durable: new Map() })
        }),
      removeDirectory: (path) =>
        call(true, () => {
          if (findDirectory(path).entries.size > 0) throw makeSystemError('ENOTEMPTY', path)
          findDirectory(dirname(path)).entries.delete(basename(path))
        }),
      tryLock: (file, byte) =>
        call(false, () => {
          const holder = locks.get(byte)
          if (holder !== undefined && holder !== file) return false
          locks.set(byte, file)
          return true
        }),
      readBootId: () => call(false, () => `boot ${boot}`),
    }
    return { system, calls: () => calls, kill, act: (work, half) => call(true, work, half, half) }
  }

  function losePower(choose: () => number): void {
    opened.clear()
    locks.clear()
    boot++
    forget(root, choose, new Set())
  }

  return { connect, losePower, settle: () => settleNode(root), copy: () => makeDiskOf(copyNode(root, new Map()), boot) }
}

/** What only stands in `durable` is gone with it. */
function settleNode(node: Node): void {
  if (node.kind === 'file') {
    node.durable = node.content
    return
  }
  node.durable = new Map(node.entries)
  for (const child of node.entries.values()) settleNode(child)
}

/** Contents are never changed in place, so both may have them. */
function copyNode<Copied extends Node>(node: Copied, known: Map<Node, Node>): Copied {
  const found = known.get(node)
  if (found) return found as Copied
  if (node.kind === 'file') {
    const file = { ...node }
    known.set(node, file)
    return file
  }
  const copied: DirectoryNode = { kind: 'directory', entries: new Map(), durable: new Map() }
  known.set(node, copied)
  for (const [name, entry] of node.entries) copied.entries.set(name, copyNode(entry, known))
  for (const [name, entry] of node.durable) copied.durable.set(name, copyNode(entry, known))
  return copied as Copied
}

function forget(node: Node, choose: () => number, seen: Set<Node>): void {
  if (seen.has(node)) return
  seen.add(node)
  if (node.kind === 'file') {
    if (!node.content.equals(node.durable)) node.content = mixContent(node, choose())
    node.durable = node.content
    return
  }
  for (const name of new Set([...node.entries.keys(), ...node.durable.keys()])) {
    const [now, before] = [node.entries.get(name), node.durable.get(name)]
    const left = now === before || choose() !== 0 ? now : before
    if (left) node.entries.set(name, left)
    else node.entries.delete(name)
  }
  node.durable = new Map(node.entries)
  for (const child of node.entries.values()) forget(child, choose, seen)
}

/** Lost, kept, or in part: the size may have grown before the bytes were there. */
function mixContent({ content, durable }: FileNode, choice: number): Buffer {
  if (choice === 0) return durable
  if (choice === 1) return content
  const mixed = Buffer.alloc(content.length)
  durable.copy(mixed)
  content.copy(mixed, 0, 0, Math.floor((content.length + Math.min(durable.length, content.length)) / 2))
  return mixed
}

function makeSystemError(code: string, path: string): Error {
  return Object.assign(new Error(`${code}: simulated, '${path}'`), { code, syscall: 'simulated', path })
}
