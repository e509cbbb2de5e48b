// The real disk, but for what is refused: a full disk, a closed directory.
import { type FileSystem, makeNodeFileSystem } from '../../src/store/file/file-system.ts'

export type RefusedCall = 'write' | 'stat' | 'open' | 'list'

/** `refuse` answers with the code of the error, or with nothing where the call may go on. */
export function makeRefusingFileSystem(refuse: (call: RefusedCall, path: string) => string | undefined): FileSystem {
  const real = makeNodeFileSystem()
  const paths = new Map<number, string>()
  const check = (call: RefusedCall, path: string): void => {
    const code = refuse(call, path)
    if (code !== undefined)
      throw Object.assign(new Error(`${code}: refused, ${call} '${path}'`), { code, syscall: call, path })
  }
  return {
    ...real,
    open(path, access, mode) {
      check('open', path)
      const file = real.open(path, access, mode)
      paths.set(file, path)
      return file
    },
    stat(path) {
      check('stat', path)
      return real.stat(path)
    },
    list(path) {
      check('list', path)
      return real.list(path)
    },
    write(file, bytes, offset, position) {
      check('write', paths.get(file) ?? '')
      return real.write(file, bytes, offset, position)
    },
  }
}
