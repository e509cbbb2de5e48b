// imip-admin mta: the files of conf/postfix or conf/exim, filled in from the configuration.
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { type ExitCode, exitCode } from '../cli/exit-code.ts'
import { defaultConfigFile } from '../config/load-config.ts'
import type { Configuration } from '../config/options.ts'
import type { AdminWorld } from './admin-world.ts'
import { type Given, hasOption, readOption } from './subcommand.ts'
import { Trouble, WrongUsage } from './trouble.ts'

interface ShownFile {
  /** In conf/postfix or conf/exim. */
  readonly file: string
  /** Where it belongs. */
  readonly place: string
}

interface Site {
  readonly configuration: Configuration
  readonly domains: readonly string[]
  readonly words: Readonly<Record<string, string>>
  readonly byDirectory: boolean
}

export async function runMta(given: Given, world: AdminWorld): Promise<ExitCode> {
  const [system = ''] = given.arguments
  if (system !== 'postfix' && system !== 'exim') throw new WrongUsage('postfix or exim?')
  const site = readSite(system, given, world.configuration)
  const files = system === 'postfix' ? listPostfixFiles(site) : listEximFiles(site)
  const only = readOption(given, 'only')
  const wanted = only === undefined ? files : files.filter(({ file }) => file === only)
  if (wanted.length === 0) throw new WrongUsage(`--only ${only}: there are ${files.map(({ file }) => file).join(', ')}`)
  for (const { file, place } of wanted) {
    const text = fillFile(readFileSync(join(findShippedFiles(), system, file), 'utf8'), site).trim()
    world.write(only === undefined ? `##### ${file}: ${place}\n\n${text}\n\n` : `${text}\n`)
  }
  return exitCode.done
}

function readSite(system: 'postfix' | 'exim', given: Given, configuration: Configuration): Site {
  const { lmtp, smtp, localSmtp, localDomains } = configuration
  if (lmtp === '' && !localSmtp)
    throw new Trouble('neither `lmtp` nor `local_smtp` is set: where are mails for people handed on to?')
  if (localDomains.length === 0) throw new Trouble('`local_domains` is not set: whose mail is it?')
  if (localSmtp && lmtp === '' && system === 'postfix')
    throw new Trouble('`lmtp` is not set: where does Postfix deliver what it is handed back?')
  const maps = readOption(given, 'maps') ?? (system === 'postfix' ? '/etc/postfix/imip-agent' : '/etc/exim4/imip-agent')
  const [user = '', group = user] = (readOption(given, 'user') ?? 'imip-agent').split(':')
  const run = readOption(given, 'run') ?? '/run/imip-agent'
  const takers = nameTakers(system, hasOption(given, 'daemon'), run)
  return {
    configuration,
    domains: localDomains,
    byDirectory: hasOption(given, 'ldap'),
    words: {
      BIN: readOption(given, 'bin') ?? '/usr/lib/imip-agent/bin',
      CONFIG: readOption(given, 'config') ?? defaultConfigFile,
      USER: group === user || system === 'exim' ? user : `${user}:${group}`,
      GROUP: group,
      LMTP_SOCKET: lmtp,
      SMTP: smtp,
      SMTP_PORT: smtp.slice(smtp.lastIndexOf(':') + 1),
      MAPS: maps,
      RUN: run,
      OUTGOING: localDomains.map((domain) => `people-outgoing.${domain}`).join(' : '),
      DOMAINS: localDomains.join(', '),
      LDAP_URI: readOption(given, 'ldap-uri') ?? 'ldap://127.0.0.1:389',
      LDAP_BASE:
        readOption(given, 'ldap-base') ?? (localDomains[0] ?? '').replace(/(^|\.)/g, (dot) => `${dot && ','}dc=`),
      LDAP_LOGIN: '',
      LDAP_PERSON: '(objectClass=inetOrgPerson)(!(objectClass=calendarResource))',
      LDAP_RESOURCE: '(objectClass=calendarResource)',
      ...takers,
    },
  }
}

function nameTakers(system: 'postfix' | 'exim', byDaemon: boolean, run: string): Readonly<Record<string, string>> {
  if (system === 'exim') {
    const ending = byDaemon ? '_daemon' : ''
    return {
      PERSON: `imip_person${ending}`,
      RESOURCE: `imip_resource${ending}`,
      PERSON_OUTGOING: `imip_person_outgoing${ending}`,
    }
  }
  if (!byDaemon) return { PERSON: 'imip-person:', RESOURCE: 'imip-resource:', PERSON_OUTGOING: 'imip-person-outgoing:' }
  const socket = (role: string): string => `imip-lmtp:unix:${run}/${role}`
  return { PERSON: socket('person'), RESOURCE: socket('resource'), PERSON_OUTGOING: socket('person-outgoing') }
}

function listPostfixFiles({ words, configuration, byDirectory }: Site): readonly ShownFile[] {
  const map = (file: string): ShownFile => ({ file, place: `${words.MAPS}/${file}` })
  const main = (file: string): ShownFile => ({ file, place: 'at the end of /etc/postfix/main.cf' })
  const master = (file: string): ShownFile => ({ file, place: 'at the end of /etc/postfix/master.cf' })
  return [
    main('main.cf.items'),
    main(byDirectory ? 'main.cf.ldap' : 'main.cf.lists'),
    ...(configuration.localSmtp ? [main('main.cf.local-smtp')] : []),
    master('master.cf.items'),
    ...(configuration.localSmtp ? [master('master.cf.local-smtp')] : []),
    ...(byDirectory
      ? ['transport', 'ldap-people.cf', 'ldap-resources.cf', 'ldap-people-outgoing.cf']
      : ['transport', 'people-outgoing']
    ).map(map),
    map('refused-recipients'),
    ...(configuration.localSmtp ? ['onward', 'onward-address', 'onward-alias', 'refused-local'] : []).map(map),
  ]
}

function listEximFiles({ words, configuration, byDirectory }: Site): readonly ShownFile[] {
  const map = (file: string): ShownFile => ({ file, place: `${words.MAPS}/${file}` })
  return [
    { file: byDirectory ? 'macros.ldap' : 'macros', place: '/etc/exim4/conf.d/main/000_imip-agent' },
    { file: 'acl-rcpt', place: 'first in the ACL of RCPT' },
    ...(configuration.localSmtp ? [{ file: 'acl-rcpt.local-smtp', place: 'behind that' }] : []),
    ...(configuration.localSmtp
      ? [{ file: 'routers.local-smtp', place: '/etc/exim4/conf.d/router/050_imip-agent' }]
      : []),
    { file: 'routers', place: '/etc/exim4/conf.d/router/150_imip-agent' },
    { file: 'transports', place: '/etc/exim4/conf.d/transport/30_imip-agent' },
    ...(byDirectory ? [] : ['people', 'resources', 'people-outgoing'].map(map)),
  ]
}

/** Words between @ signs are put in, but not into comments, which name them; in lists the examples get the site's own domains. */
function fillFile(text: string, { words, configuration, domains, byDirectory }: Site): string {
  const onward = configuration.localSmtp ? `-L --smtp ${words.SMTP}` : `-l ${words.LMTP_SOCKET}`
  const withLines = text.split('\n').flatMap((line) => {
    if (line.startsWith('#')) return [line]
    if (/^people-outgoing\.example\.com\s+imip/.test(line))
      return domains.map((domain) => {
        const taker = words.PERSON_OUTGOING ?? ''
        return `people-outgoing.${domain}  ${taker === 'imip-person-outgoing:' ? `${taker}${domain}` : taker}`
      })
    if (/^people-outgoing\.example\.com\s/.test(line))
      return domains.map((domain) => line.replace('example.com', () => domain))
    if (byDirectory && /\simip-(person|resource):$/.test(line)) return []
    return [
      line
        .replaceAll('-l @LMTP_SOCKET@', () => onward)
        .replace(/(\s)imip-person:$/, (_, space: string) => `${space}${words.PERSON}`)
        .replace(/(\s)imip-resource:$/, (_, space: string) => `${space}${words.RESOURCE}`)
        .replaceAll('example.com', () => domains[0] ?? '')
        .replace(/@([A-Z][A-Z_]*)@/g, (whole, word: string) => words[word] ?? whole),
    ]
  })
  return withLines.join('\n')
}

/** Beside the built programs, or in a checkout. */
function findShippedFiles(): string {
  const here = import.meta.dirname
  const folder = [dirname(here), dirname(dirname(here))]
    .map((parent) => join(parent, 'conf'))
    .find((one) => existsSync(one))
  if (folder === undefined) throw new Trouble(`the folder conf is not beside ${here}`)
  return folder
}
