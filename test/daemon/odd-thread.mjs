// A thread that does with a mail what its sender says.
import { parentPort, workerData } from 'node:worker_threads'

setInterval(() => Atomics.add(workerData.heartbeat, 0, 1), 50)
parentPort.on('message', ({ kind, id, job }) => {
  if (kind === 'flush-outboxes') {
    parentPort.postMessage({ kind: 'flushed', id, result: { found: 2, left: 1 } })
    return
  }
  if (kind !== 'mail') return
  const done = (index) => parentPort.postMessage({ kind: 'outcome', id, index, outcome: { kind: 'done' } })
  switch (job.sender) {
    case 'throws':
      throw new Error('this thread is odd')
    case 'exits':
      return process.exit(3)
    case 'loops':
      for (;;);
    case 'eats': {
      const eaten = []
      for (;;) eaten.push(new Array(100_000).fill({ eaten }))
    }
    case 'is-silent':
      return
    case 'does-half':
      return done(0)
    default:
      for (const [index] of job.recipients.entries()) done(index)
  }
})
