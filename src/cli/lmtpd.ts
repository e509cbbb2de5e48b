// imip-lmtpd: the three agents as one server; this file is what its threads run, too.
import { writeSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { isMainThread, parentPort, workerData } from 'node:worker_threads'
import { runMailThread } from '../daemon/mail-thread.ts'
import { runDaemon } from '../daemon/run-daemon.ts'
import type { FromThread, ThreadStart, ToThread } from '../daemon/thread-messages.ts'
import { isTerminal } from './terminal.ts'

if (isMainThread) {
  void runDaemon({
    args: process.argv.slice(2),
    program: import.meta.url.startsWith('file:') ? fileURLToPath(import.meta.url) : import.meta.url,
    isTerminal: isTerminal(2),
    write: (text) => writeSync(1, text),
    writeError: (text) => writeSync(2, text),
  }).then((code) => process.exit(code))
} else {
  runMailThread(workerData as ThreadStart, {
    post: (message: FromThread) => parentPort?.postMessage(message),
    listen: (receive) => parentPort?.on('message', (message: ToThread) => receive(message)),
  })
}
