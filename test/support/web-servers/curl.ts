// A client that is not ours: curl, which sends each address as it is written.
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

export interface Fetched {
  /** 0 where nobody answered. */
  readonly status: number
  readonly header: ReadonlyMap<string, string>
  readonly body: string
}

export const fetchWithCurl = async (url: string, ...options: readonly string[]): Promise<Fetched> => {
  const args = ['--silent', '--include', '--path-as-is', '--noproxy', '*', '--max-time', '20', ...options, url]
  const { stdout } = await promisify(execFile)('/usr/bin/curl', args).catch(() => ({ stdout: '' }))
  const end = stdout.indexOf('\r\n\r\n')
  const [first = '', ...fields] = stdout.slice(0, end === -1 ? stdout.length : end).split('\r\n')
  return {
    status: Number(/^HTTP\/\S+ (\d+)/.exec(first)?.[1] ?? 0),
    header: new Map(
      fields.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]),
    ),
    body: end === -1 ? '' : stdout.slice(end + 4),
  }
}
