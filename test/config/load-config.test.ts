import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type ConfigOverride, loadConfig, readConfig } from '../../src/config/load-config.ts'
import { options } from '../../src/config/options.ts'
import { TemporaryFailure } from '../../src/failure.ts'

let directory = ''
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'imip-config-'))
})
afterAll(() => rmSync(directory, { recursive: true, force: true }))

let count = 0
function writeConfig(text: string): string {
  count += 1
  const file = join(directory, `config-${count}.toml`)
  writeFileSync(file, text)
  return file
}

function load(text: string, environment: Record<string, string> = {}, overrides: readonly ConfigOverride[] = []) {
  return loadConfig({ file: writeConfig(text), environment, overrides })
}

function readFaults(text: string, environment: Record<string, string> = {}): readonly string[] {
  const file = writeConfig(text)
  return readConfig({ file, environment, overrides: [] }).faults.map((fault) => fault.replace(file, 'FILE'))
}

function set(name: string, value: string): ConfigOverride {
  return { name, value, from: 'option --set' }
}

describe('order of sources', () => {
  test('defaults hold where nothing is said', () => {
    const configuration = load('')
    expect(configuration.storeDir).toBe('/var/lib/imip-agent/store')
    expect(configuration.mode).toBe('on')
    expect(configuration.failOpenAfter).toBe(900)
    expect(configuration.incomingDefault).toBe('message-only')
    expect(configuration.managerInterface).toBe(false)
    expect(configuration.log).toBe('/var/log/imip-agent/agent.log')
    expect(configuration.groups.size).toBe(0)
  })

  test('file over default, environment over file, option over environment', () => {
    const text = 'local_prefix = "file"\n'
    expect(load(text).localPrefix).toBe('file')
    expect(load(text, { IMIP_AGENT_LOCAL_PREFIX: 'environment' }).localPrefix).toBe('environment')
    const overrides = [set('local_prefix', 'first'), set('local_prefix', 'option')]
    expect(load(text, { IMIP_AGENT_LOCAL_PREFIX: 'environment' }, overrides).localPrefix).toBe('option')
  })

  test('what the programs in bin/ read from the environment is no setting', () => {
    expect(load('', { IMIP_AGENT_TIME_LIMIT: '5', IMIP_AGENT_NODE: 'node', PATH: '/bin' }).mode).toBe('on')
  })

  test('a path on the command line begins where its user stands', () => {
    const configuration = load('', {}, [set('preferences_dir', 'preferences'), set('lmtp', './lmtp')])
    expect(configuration.preferencesDir).toBe(join(process.cwd(), 'preferences'))
    expect(configuration.lmtp).toBe(join(process.cwd(), 'lmtp'))
    expect(load('', {}, [set('log', 'agent.log')]).log).toBe(join(process.cwd(), 'agent.log'))
    expect(load('', {}, [set('log', 'syslog')]).log).toBe('syslog')
  })
})

describe('kinds', () => {
  test.each([
    ['15m', 900],
    ['PT15M', 900],
    ['P1DT2H', 93_600],
    ['P2W', 1_209_600],
    ['1h30m', 5400],
    ['500ms', 0.5],
    ['90d', 7_776_000],
    ['0', 0],
  ])('duration %s', (text, seconds) => {
    expect(load(`fail_open_after = "${text}"`).failOpenAfter).toBe(seconds)
    expect(load('', { IMIP_AGENT_FAIL_OPEN_AFTER: text }).failOpenAfter).toBe(seconds)
  })

  test.each(['15', 'P', 'PT', 'P1H', 'soon', '', '-5m', '1.5h'])('no duration: %j', (text) => {
    expect(readFaults(`fail_open_after = "${text}"`)).toEqual([
      'FILE, line 1: setting fail_open_after: must be a duration such as 15m, 1h30m or PT15M',
    ])
  })

  test.each([
    ['50 MiB', 52_428_800],
    ['1GiB', 1_073_741_824],
    ['1000', 1000],
  ])('size %s', (text, bytes) => {
    expect(load(`greatest_mail = "${text}"`).greatestMail).toBe(bytes)
  })

  test('permissions, lists, maps, sockets', () => {
    const configuration = load(
      [
        'default_permissions = "0640"',
        'local_domains = ["example.com", "example.org"]',
        'smtp = "[::1]:2525"',
        'lmtp = "/run/lmtp"',
        '[groups]',
        '"team@example.com" = ["a@example.com", "b@example.com"]',
      ].join('\n'),
    )
    expect(configuration.defaultPermissions).toBe(0o640)
    expect(configuration.localDomains).toEqual(['example.com', 'example.org'])
    expect(configuration.smtp).toBe('[::1]:2525')
    expect([...configuration.groups]).toEqual([['team@example.com', ['a@example.com', 'b@example.com']]])
  })

  test('lists and maps as one text', () => {
    const configuration = load('', {
      IMIP_AGENT_LOCAL_DOMAINS: 'example.com, example.org',
      IMIP_AGENT_GROUPS: 'team@example.com=a@example.com,b@example.com; all@example.com = team@example.com',
    })
    expect(configuration.localDomains).toEqual(['example.com', 'example.org'])
    expect([...configuration.groups]).toEqual([
      ['team@example.com', ['a@example.com', 'b@example.com']],
      ['all@example.com', ['team@example.com']],
    ])
  })
})

describe('faults name file, line, setting and reason', () => {
  test.each([
    ['store_dirr = "/x"', 'FILE, line 1: setting "store_dirr": is not known'],
    ['\n\nmode = "off"', 'FILE, line 3: setting mode: must be one of on, observe, pass'],
    ['mode = true', 'FILE, line 1: setting mode: must be a text in quotes'],
    ['local_smtp = "yes"', 'FILE, line 1: setting local_smtp: must be true or false'],
    ['store_dir = ""', 'FILE, line 1: setting store_dir: must not be empty'],
    ['lock_timeout = "0s"', 'FILE, line 1: setting lock_timeout: must be more than 0'],
    ['lmtp = "nowhere"', 'FILE, line 1: setting lmtp: must be the absolute path of a UNIX socket, or host:port'],
    [
      'smtp = "127.0.0.1:70000"',
      'FILE, line 1: setting smtp: must be the absolute path of a UNIX socket, or host:port',
    ],
    ['message_sender = "calendar"', 'FILE, line 1: setting message_sender: must be a mail address'],
    ['log = "agent.log"', 'FILE, line 1: setting log: must be an absolute path, journal or syslog'],
    ['preferences_dir = "here"', 'FILE, line 1: setting preferences_dir: must be an absolute path'],
    [
      'default_permissions = "rw"',
      'FILE, line 1: setting default_permissions: must be permissions in octal, such as "0660"',
    ],
    [
      'local_domains = "example.com"',
      'FILE, line 1: setting local_domains: must be a list of texts, such as ["a", "b"]',
    ],
    [
      '# groups\n[groups]\n"team" = ["a@example.com"]',
      'FILE, line 2: setting groups: names team, which is no mail address',
    ],
    ['recipient_delimiter = "a"', 'FILE, line 1: setting recipient_delimiter: must be signs, such as + or +-'],
    [
      'trusted_networks = ["here"]',
      'FILE, line 1: setting trusted_networks: must be addresses or networks, such as 192.0.2.0/24',
    ],
  ])('%j', (text, fault) => {
    expect(readFaults(text)).toEqual([fault])
  })

  test('broken TOML names its line', () => {
    expect(readFaults('mode = "on"\nlog = \n')).toEqual([expect.stringMatching(/^FILE, line 2: ./)])
    expect(readFaults('mode = "on"\nmode = "on"\n')).toEqual([expect.stringMatching(/^FILE, line 2: ./)])
  })

  test('every fault is named, from every source', () => {
    expect(readFaults('mode = "off"\nnew = 1', { IMIP_AGENT_MODUS: 'on', IMIP_AGENT_MODE: 'no' })).toEqual([
      'FILE, line 1: setting mode: must be one of on, observe, pass',
      'FILE, line 2: setting "new": is not known',
      'environment, IMIP_AGENT_MODUS: setting "modus": is not known',
      'environment, IMIP_AGENT_MODE: setting mode: must be one of on, observe, pass',
    ])
  })

  test('what is good is used all the same', () => {
    const { configuration } = readConfig({
      file: writeConfig('mode = "off"\nlmtp = "/run/lmtp"'),
      environment: {},
      overrides: [],
    })
    expect(configuration.mode).toBe('on')
    expect(configuration.lmtp).toBe('/run/lmtp')
  })

  test('options are named as they were given', () => {
    expect(() => load('', {}, [set('mode', 'off')])).toThrow('option --set: setting mode: must be one of')
    expect(() => load('', {}, [set('moder', 'off')])).toThrow(TemporaryFailure)
  })

  test('a file that was asked for must be there', () => {
    const file = join(directory, 'missing.toml')
    expect(readConfig({ file, environment: {}, overrides: [] }).faults).toEqual([
      `${file}: cannot be read: there is no such file`,
    ])
    expect(readConfig({ file: directory, environment: {}, overrides: [] }).faults).toEqual([
      `${directory}: cannot be read: it is a directory`,
    ])
  })

  test('a name from the file never breaks the line of the log', () => {
    expect(readFaults('"a\\nb" = 1')).toEqual([expect.stringContaining('setting "a\\nb": is not known')])
  })
})

describe('the table', () => {
  test.each([...options])('%s has a default that passes its own check, and a help', (name, setting) => {
    expect(name).toMatch(/^[a-z]+(_[a-z]+)*$/)
    expect(setting.help).toMatch(/\.$/)
    if (setting.values !== undefined) expect(setting.values).toContain(setting.default)
  })
})
