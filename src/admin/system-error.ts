// What the system refuses, said so that a person knows what, where, why and what to do.

/** Nothing where it is no error of the system. */
export function describeSystemError(error: unknown): string | undefined {
  if (!isSystemError(error)) return undefined
  const where = error.path ?? 'the system'
  const reason = reasons[error.code]
  return reason === undefined ? `${where}: ${error.code}` : `${where}: ${reason}`
}

/** A full disk may have room again; a missing file stays missing. */
export function isPassing(error: unknown): boolean {
  return isSystemError(error) && passing.has(error.code)
}

export function isForbidden(error: unknown): boolean {
  return isSystemError(error) && (error.code === 'EACCES' || error.code === 'EPERM')
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file or directory',
  EACCES: 'this user may not; run it as the user that the agents run as, or as root',
  EPERM: 'this user may not; run it as the user that the agents run as, or as root',
  EISDIR: 'it is a directory',
  ENOTDIR: 'a part of this path is no directory',
  EROFS: 'it lies on a file system that is mounted read-only',
  ENOSPC: 'the disk is full; make room and run it again',
  EDQUOT: 'the disk quota is used up; make room and run it again',
  EMFILE: 'too many files are open; run it again',
  ENFILE: 'too many files are open on this machine; run it again',
  EIO: 'the disk reports an error',
}

const passing: ReadonlySet<string> = new Set(['ENOSPC', 'EDQUOT', 'EMFILE', 'ENFILE', 'EIO', 'EAGAIN', 'EBUSY'])

function isSystemError(error: unknown): error is NodeJS.ErrnoException & { readonly code: string } {
  return error instanceof Error && 'syscall' in error && 'code' in error && typeof error.code === 'string'
}
