// Tells systemd how the daemon is. Node has no datagram sockets of the file system, so `systemd-notify` says it.
import { spawn } from 'node:child_process'

export interface Supervisor {
  /** Resolves when it was told, or cannot be. */
  tell(state: 'ready' | 'reloading' | 'stopping', status: string): Promise<void>
}

export function makeSupervisor(environment: Readonly<Record<string, string | undefined>>): Supervisor {
  return {
    async tell(state, status) {
      if (environment.NOTIFY_SOCKET === undefined) return
      await new Promise<void>((resolve) => {
        const args = [`--pid=${process.pid}`, `--status=${status}`, ...words[state]]
        const child = spawn('systemd-notify', args, { stdio: 'ignore' })
        child.on('error', () => resolve()).on('exit', () => resolve())
        setTimeout(() => {
          child.kill('SIGKILL')
          resolve()
        }, patience).unref()
      })
    },
  }
}

/** Milliseconds: what it says is worth no more. */
const patience = 5_000

const words: Readonly<Record<'ready' | 'reloading' | 'stopping', readonly string[]>> = {
  ready: ['--ready'],
  reloading: ['RELOADING=1'],
  stopping: ['STOPPING=1'],
}
