// A file that the command line names, or standard input.
import { closeSync, fstatSync, openSync } from 'node:fs'
import { readInput } from '../cli/read-input.ts'
import { describeSystemError } from './system-error.ts'
import { Trouble } from './trouble.ts'

/** `-` is standard input, too. `greatest` bytes at most: an endless input must not fill the memory. */
export function readFile(file: string | undefined, greatest: number): Uint8Array {
  if (file === undefined || file === '-') return readInput(0, greatest)
  let descriptor: number
  try {
    descriptor = openSync(file, 'r')
  } catch (error) {
    throw new Trouble(describeSystemError(error) ?? String(error))
  }
  try {
    if (fstatSync(descriptor).isDirectory()) throw new Trouble('it is a directory')
    return readInput(descriptor, greatest)
  } catch (error) {
    throw new Trouble(`${file}: ${error instanceof Error ? error.message : String(error)}`)
  } finally {
    closeSync(descriptor)
  }
}
