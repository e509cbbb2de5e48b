// The door to fs-native-extensions: locks of the kernel, which end with the program that holds them.
//
// The prebuilt file is loaded directly: the package's own JavaScript costs 13 ms, this half a millisecond.
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { TemporaryFailure } from '../../failure.ts'

export interface KernelLock {
  /** One byte of the open file, for this open file alone until it is closed; false where another has it. */
  tryLock(file: number, offset: number): boolean
}

let loaded: KernelLock | undefined

/** `path`: the prebuilt file; without it the package is looked for beside the program. */
export function loadKernelLock(path?: string): KernelLock {
  loaded ??= makeKernelLock(path ?? findLockModule())
  return loaded
}

interface NativeModule {
  tryLock(file: number, offset: number, length: number, exclusive: boolean): void
}

function makeKernelLock(path: string): KernelLock {
  const native = loadNativeModule(path)
  return {
    tryLock(file, offset) {
      try {
        native.tryLock(file, offset, 1, true)
        return true
      } catch (error) {
        const code = (error as { code?: unknown }).code
        if (code === 'EAGAIN' || code === 'EACCES') return false
        throw error
      }
    },
  }
}

function loadNativeModule(path: string): NativeModule {
  const module = { exports: {} }
  try {
    process.dlopen(module, path)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new TemporaryFailure(
      `the file store cannot lock: fs-native-extensions has no build for ${process.platform}-${process.arch} that loads here (${reason})`,
    )
  }
  return module.exports as NativeModule
}

function findLockModule(): string {
  const platform = `${process.platform}-${process.arch}`
  try {
    // The program's own `require` is there already; another would be made first.
    const find = typeof require === 'function' ? require : createRequire(findThisFile())
    const manifest = find.resolve('fs-native-extensions/package.json')
    return join(dirname(manifest), 'prebuilds', platform, 'fs-native-extensions.node')
  } catch {
    throw new TemporaryFailure('the file store cannot lock: the package fs-native-extensions is not installed')
  }
}

declare const __filename: string | undefined

/** As a module or, in the bundle, as CommonJS, where `import.meta` is empty. */
function findThisFile(): string {
  return typeof __filename === 'string' ? __filename : import.meta.url
}
