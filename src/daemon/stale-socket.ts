// The socket that a program left behind when it was killed.
import { lstatSync, unlinkSync } from 'node:fs'
import { createConnection } from 'node:net'
import { TemporaryFailure } from '../failure.ts'

/** Makes way for a new one; a socket on which somebody listens, or anything else, is not ours to take. */
export async function removeStaleSocket(path: string): Promise<void> {
  const status = lstatSync(path, { throwIfNoEntry: false })
  if (status === undefined) return
  if (!status.isSocket()) throw new TemporaryFailure(`cannot listen on ${path}: something else is there`)
  const isServed = await new Promise<boolean>((resolve) => {
    const probe = createConnection(path)
    probe.once('connect', () => {
      probe.destroy()
      resolve(true)
    })
    probe.once('error', (error: NodeJS.ErrnoException) => resolve(error.code !== 'ECONNREFUSED'))
  })
  if (isServed) throw new TemporaryFailure(`cannot listen on ${path}: somebody else does`)
  unlinkSync(path)
}
