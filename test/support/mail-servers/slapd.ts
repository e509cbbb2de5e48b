// A private directory (slapd) with people and rooms, for mail systems that ask who is handled by the agents.

import { execFile } from 'node:child_process'
import { chownSync, mkdirSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { DirectoryWords } from './postfix.ts'
import type { ScratchFolder } from './scratch.ts'
import { findFreePort, requireMailServers, startServer } from './server-process.ts'

export interface Slapd {
  readonly words: DirectoryWords
  stop(): Promise<void>
  start(): Promise<void>
}

export interface SlapdOptions {
  /** Addresses. */
  readonly people: readonly string[]
  readonly resources: readonly string[]
}

// Numbers of object identifiers below 1.3.6.1.4.1.99999 are nobody's: for tests only.
const schema = `
attributetype ( 1.3.6.1.4.1.99999.1.1 NAME 'calendarResourceType' EQUALITY caseIgnoreMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.15 )
objectclass ( 1.3.6.1.4.1.99999.2.1 NAME 'calendarResource' SUP top AUXILIARY MAY ( calendarResourceType ) )
`

const base = 'dc=example,dc=com'

const serializeEntry = (address: string, isResource: boolean): string => `
dn: mail=${address},${base}
objectClass: inetOrgPerson
${isResource ? 'objectClass: calendarResource\ncalendarResourceType: room\n' : ''}mail: ${address}
cn: ${address}
sn: ${address}
`

export const startSlapd = async (scratch: ScratchFolder, options: SlapdOptions): Promise<Slapd> => {
  requireMailServers('/usr/sbin/slapd', '/usr/sbin/slapadd', '/usr/lib/postfix/postfix-ldap.so')
  const folder = join(scratch.path, 'slapd')
  for (const name of ['', 'data']) mkdirSync(join(folder, name), { mode: 0o755 })
  const run = promisify(execFile)
  const [uid = 0, gid = 0] = await Promise.all(
    ['-u', '-g'].map(async (flag) => Number((await run('/usr/bin/id', [flag, 'openldap'])).stdout)),
  )
  chownSync(folder, uid, gid)
  chownSync(join(folder, 'data'), uid, gid)
  const configuration = join(folder, 'slapd.conf')
  writeFileSync(
    configuration,
    `
include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/inetorgperson.schema
${schema}
modulepath /usr/lib/ldap
moduleload back_mdb
pidfile ${folder}/slapd.pid
database mdb
maxsize 10485760
suffix "${base}"
directory ${folder}/data
index mail eq
`,
  )
  writeFileSync(
    join(folder, 'entries'),
    [
      `dn: ${base}\nobjectClass: dcObject\nobjectClass: organization\ndc: example\no: example\n`,
      ...options.people.map((address) => serializeEntry(address, false)),
      ...options.resources.map((address) => serializeEntry(address, true)),
    ].join('\n'),
  )
  await run('/usr/sbin/slapadd', ['-f', configuration, '-l', join(folder, 'entries')])
  await run('/bin/chown', ['-R', 'openldap:openldap', join(folder, 'data')])
  const port = await findFreePort()
  const start = () =>
    startServer(scratch, {
      name: 'slapd',
      program: '/usr/sbin/slapd',
      args: ['-f', configuration, '-h', `ldap://127.0.0.1:${port}`, '-u', 'openldap', '-g', 'openldap', '-d', '0'],
      isReady: () =>
        new Promise<boolean>((resolve) => {
          const socket = connect(port, '127.0.0.1')
          socket.once('connect', () => {
            socket.destroy()
            resolve(true)
          })
          socket.once('error', () => resolve(false))
        }),
      logs: [],
    })
  let server = await start()
  return {
    words: {
      LDAP_URI: `ldap://127.0.0.1:${port}`,
      LDAP_BASE: base,
      LDAP_PERSON: '(objectClass=inetOrgPerson)(!(objectClass=calendarResource))',
      LDAP_RESOURCE: '(objectClass=calendarResource)',
    },
    stop: () => server.stop(),
    start: async () => {
      server = await start()
    },
  }
}
