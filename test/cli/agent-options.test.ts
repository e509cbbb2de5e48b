import { describe, expect, test } from 'vitest'
import { type AgentOptions, makeHelpText, parseAgentOptions } from '../../src/cli/agent-options.ts'
import { options as settings } from '../../src/config/options.ts'

function parse(...args: readonly string[]): AgentOptions {
  const options = parseAgentOptions(args)
  if (options.kind !== 'options') throw new Error(JSON.stringify(options))
  return options
}

function readFault(...args: readonly string[]): string {
  const options = parseAgentOptions(args)
  if (options.kind !== 'usage-fault') throw new Error('parsed')
  return options.reason
}

test('what the shipped mail-system files give', () => {
  const options = parse(
    ...['-c', '/etc/imip-agent/config.toml', '-l', '/run/lmtp', '-o', 'Pat+x@example.com'],
    ...['--original-recipient', 'team@example.com', '-s', 'kim@example.org'],
    ...['--login', '', '--client', '192.0.2.1', '--queue-id', '4ABC'],
  )
  expect(options).toEqual({
    kind: 'options',
    recipients: ['Pat+x@example.com'],
    originalRecipient: 'team@example.com',
    sender: 'kim@example.org',
    login: undefined,
    client: '192.0.2.1',
    queueId: '4ABC',
    output: 'send',
    dryRun: false,
    now: undefined,
    configFile: '/etc/imip-agent/config.toml',
    overrides: [
      { name: 'lmtp', value: '/run/lmtp', from: 'option --lmtp' },
      { name: 'local_smtp', value: 'false', from: 'option --lmtp' },
    ],
  })
})

describe('forms', () => {
  test('values joined, separate, clustered; later ones win', () => {
    expect(parse('--recipient=a@example.com', '-ob@example.com', '-dLo', 'c@example.com').recipients).toEqual([
      'a@example.com',
      'b@example.com',
      'c@example.com',
    ])
    expect(parse('-s', 'a@example.com', '-s', 'b@example.com').sender).toBe('b@example.com')
  })

  test('an address a stranger chose is never an option', () => {
    expect(parse('-s', '-L@example.org', '-o', '--set=mode=pass').recipients).toEqual(['--set=mode=pass'])
    expect(parse('-s', '--dry-run').dryRun).toBe(false)
  })

  test.each([[['-s', '']], [['-s', '<>']], [['--sender=']]])('null sender %j', (args) => {
    expect(parse(...args).sender).toBe('')
  })

  test('no sender told', () => expect(parse().sender).toBeUndefined())

  test('angle brackets are not part of an address', () => {
    expect(parse('-o', '<a@example.com>').recipients).toEqual(['a@example.com'])
  })

  test('output', () => {
    expect(parse('-d').output).toBe('print')
    expect(parse('--print', 'json').output).toBe('json')
    expect(parse('-d', '--print=json', '--dry-run')).toMatchObject({ output: 'json', dryRun: true })
    expect(parse('--now', '2026-03-02T09:00:00Z').now).toBe(1_772_442_000)
  })

  test('--set, then the options of settings', () => {
    expect(parse('--set', 'mode=observe', '--set', 'store_dir=/a=b', '-S', '/c').overrides).toEqual([
      { name: 'mode', value: 'observe', from: 'option --set' },
      { name: 'store_dir', value: '/a=b', from: 'option --set' },
      { name: 'store_dir', value: '/c', from: 'option --store' },
    ])
  })

  test('-L', () => {
    expect(parse('-L').overrides).toEqual([{ name: 'local_smtp', value: 'true', from: 'option --local-smtp' }])
  })

  test('texts wanted', () => {
    expect(parseAgentOptions(['-d', '--help'])).toEqual({ kind: 'help' })
    expect(parseAgentOptions(['--version'])).toEqual({ kind: 'version' })
  })
})

test.each([
  [['--nothing'], 'option --nothing is not known'],
  [['-x'], 'option -x is not known'],
  [['-dx'], 'option -x is not known'],
  [['-o'], 'option -o needs a value'],
  [['--sender'], 'option --sender needs a value'],
  [['--debug=yes'], 'option --debug takes no value'],
  [['file.eml'], 'file.eml is not an option; the mail is read from standard input'],
  [['-'], '- is not an option; the mail is read from standard input'],
  [['-o', ''], 'option --recipient must not be empty'],
  [['-o', 'a@example.com\r\nRCPT TO:<b@example.com>'], 'an address contains control characters'],
  [['--print', 'xml'], 'option --print knows only json'],
  [['--now', 'noon'], expect.stringMatching(/^option --now: noon/)],
  [['--set', 'mode'], 'option --set needs NAME=VALUE'],
  [['-l', '/run/lmtp', '-L'], 'give either -l or -L'],
])('%j is wrong', (args, reason) => {
  expect(readFault(...args)).toEqual(reason)
})

test('the help names every option of the contract, within a line', () => {
  const text = makeHelpText('imip-resource')
  for (const option of [
    '-o, --recipient ADDRESS',
    '--queue-id ID',
    '-L, --local-smtp',
    '--set NAME=VALUE',
    '--version',
  ])
    expect(text).toContain(option)
  for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(124)
})

test('options of settings name settings that exist', () => {
  const names = parse('-S', 'a', '-T', 'b', '-j', 'c', '-p', 'd', '-P', 'e', '-l', 'f', '--smtp', 'g').overrides
  for (const { name } of names) expect(settings.has(name)).toBe(true)
})
