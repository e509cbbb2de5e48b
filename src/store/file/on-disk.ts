// Runs work on the disk: what the system refuses is a reason to try again later.
import { TemporaryFailure } from '../../failure.ts'

export function onDisk<Result>(work: () => Result): Result {
  try {
    return work()
  } catch (error) {
    if (!isSystemError(error)) throw error
    throw new TemporaryFailure(`the store cannot be used: ${error.message}`, { cause: error })
  }
}

export async function onDiskLater<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    return onDisk(() => {
      throw error
    })
  }
}

function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'syscall' in error && 'code' in error
}
