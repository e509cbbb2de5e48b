// Writes what is generated from the tables of settings: docs/configuration.md, docs/preferences.md, conf/config.toml.
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { build } from 'esbuild'
import { makeLimitsPage } from './limits.mjs'
import { makeCompletion, makeManPages } from './man.mjs'
import { makeResourcesPage } from './resources.mjs'

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..')

/** Path → text of every generated document. */
export async function makeDocuments() {
  const tables = await loadTables()
  const { sections, kinds, preferenceSettings, serializeSetting } = tables
  return new Map([
    ['docs/configuration.md', makeConfigurationPage(sections, kinds, serializeSetting)],
    ['docs/preferences.md', makePreferencesPage(preferenceSettings)],
    ['conf/config.toml', makeConfigFile(sections, serializeSetting)],
    ['docs/limits.md', makeLimitsPage(root, sections, serializeSetting, generated)],
    ['docs/resources.md', makeResourcesPage(root, generated)],
    ...makeManPages(tables),
    ['conf/completion/imip-admin', makeCompletion(tables)],
    ['docs/standards.md', (await import('./standards.mjs')).makeLedger()],
  ])
}

const generated = 'Generated from the tables of settings by `npm run docs`; do not edit.'

function makeConfigurationPage(sections, kinds, serializeSetting) {
  const lines = [
    '# Configuration',
    '',
    `<!-- ${generated} -->`,
    '',
    'The settings of the whole system. What single users and resources want stands in [preferences](preferences.md).',
    '',
    'A setting has the value of the first of these that names it:',
    '',
    '1. an option of the command line, or `--set NAME=VALUE`;',
    '2. the environment: `IMIP_AGENT_` and the name in capitals, such as `IMIP_AGENT_STORE_DIR=/srv/store`;',
    '3. the file `/etc/imip-agent/config.toml` ([TOML](https://toml.io)), or another by `-c FILE`;',
    '4. the default below.',
    '',
    'An unknown or malformed setting is an error that names file, line, setting and reason. The agents then keep every mail',
    "(exit 75) until it is mended. In an emergency, a file `PASS` beside the configuration file lets people's mail pass unprocessed meanwhile.",
    '',
    'Durations are written `"15m"`, `"1h30m"`, `"90d"` or as in iCalendar `"PT15M"`; sizes `"50 MiB"`; permissions `"0660"`. In the',
    'environment and after `--set`, lists are separated by commas, and a map of lists is `a=b,c;d=e`.',
    '',
  ]
  for (const { title, settings } of sections) {
    lines.push(`## ${title}`, '', '| setting | kind | default | meaning |', '| --- | --- | --- | --- |')
    for (const [name, setting] of Object.entries(settings)) {
      const kind = setting.values ? setting.values.map((value) => `\`${value}\``).join(', ') : kinds[setting.kind].shown
      const fallback = `\`${serializeSetting(setting.kind, setting.default)}\``
      const example = setting.example ? ` Example: \`${setting.example}\`.` : ''
      lines.push(`| \`${name}\` | ${kind} | ${fallback} | ${setting.help}${example}${effect(setting)} |`)
    }
    lines.push('')
  }
  lines.push(
    '## Read by the programs in `bin/`',
    '',
    'Before there is a configuration, and only from the environment.',
    '',
    '| variable | default | meaning |',
    '| --- | --- | --- |',
    '| `IMIP_AGENT_TIME_LIMIT` | `300` | Whole seconds a run may take; then it ends and the mail is kept (exit 75): who waits by the clock of the program, who computes by that of the kernel (processor time). Where it is set, `timeout` watches from outside as well and ends what hangs in the kernel, five seconds later: worth a millisecond a mail where the store lies on a network file system. |',
    '| `IMIP_AGENT_NODE` | `node` | The node program. It is looked for in `PATH` and in `/usr/local/bin`. |',
    '',
    '## The log',
    '',
    'On a terminal the agents write readable lines to standard error. Otherwise the setting `log` says where they go:',
    '',
    '- a file: one JSON object a line, appended in one piece, so that it may be rotated at any time;',
    '- `journal`: through `systemd-cat`; a long-running program writes to standard error, which the journal reads;',
    '- `syslog`: through `logger`, as facility `mail`.',
    '',
    'A program is started only if there is something to say: a mail without a calendar is not worth a line there. A log that',
    'cannot be written holds up no mail; its lines go to syslog, if there is one.',
    '',
    'A line has the fields `time queue messageId recipient user method uid recurrenceId sequence verdict reason answer ms`; one about a',
    'fault has `level` and `error`, and of the others what is known. Addresses and UIDs stand in the log, subjects and texts never.',
    '',
  )
  return lines.join('\n')
}

function makePreferencesPage(preferences) {
  const lines = [
    '# Preferences',
    '',
    `<!-- ${generated} -->`,
    '',
    "What single users and resources want. Each preference is a small UTF-8 file with the preference's name:",
    '',
    '1. `/var/lib/imip-agent/preferences/mailto:USER@DOMAIN/NAME` for one user or resource;',
    '2. `/var/lib/imip-agent/preferences/@DOMAIN/NAME` for all of a domain;',
    "3. the site's default: the setting in the table ([configuration](configuration.md)).",
    '',
    'The first that is there holds. An empty file means none, where that makes sense. Lines that begin with `#` are skipped in',
    'preferences of several lines.',
    '',
    '`imip-admin preferences USER [NAME [VALUE]]` shows, checks and sets them; writing the files by hand or by script is as good. A value',
    'that cannot be used keeps the mails it concerns with the mail system (exit 75); file, line and reason stand in the log.',
    '',
    'In names of directories every byte outside `A-Za-z0-9._+=@:-` is written `%XX`.',
    '',
    '| preference | for | values | default | setting of the site | meaning |',
    '| --- | --- | --- | --- | --- | --- |',
  ]
  const whom = { person: 'people', resource: 'resources', both: 'both' }
  const values = { text: 'a line of text', lines: 'one a line', calendar: 'a calendar' }
  for (const [name, setting] of Object.entries(preferences)) {
    const kind = setting.values ? setting.values.map((value) => `\`${value}\``).join(', ') : values[setting.kind]
    const site = setting.siteSetting ? `\`${setting.siteSetting}\`` : ''
    const fallback = setting.default === '' ? 'none' : `\`${setting.default}\``
    lines.push(
      `| \`${name}\` | ${whom[setting.who]} | ${kind} | ${fallback} | ${site} | ${setting.help}${effect(setting)} |`,
    )
  }
  lines.push('', '## Examples', '')
  for (const [name, setting] of Object.entries(preferences))
    if (setting.example) lines.push(`\`${name}\``, '', ...setting.example.split('\n').map((line) => `    ${line}`), '')
  return lines.join('\n')
}

function makeConfigFile(sections, serializeSetting) {
  const lines = [
    '# Settings of imip-agent: copy to /etc/imip-agent/config.toml. What stands after # is the default.',
    `# ${generated}`,
    '# All of it is explained in docs/configuration.md.',
  ]
  for (const { title, settings } of sections) {
    lines.push('', `### ${title}`)
    for (const [name, setting] of Object.entries(settings)) {
      lines.push('', ...wrapWords(`${setting.help}${effect(setting)}`, 116).map((line) => `# ${line}`))
      if (setting.values) lines.push(`# One of ${setting.values.join(', ')}.`)
      if (setting.example) lines.push(`# Example: ${name} = ${setting.example}`)
      lines.push(`#${name} = ${serializeSetting(setting.kind, setting.default)}`)
    }
  }
  return `${lines.join('\n')}\n`
}

function effect(setting) {
  return setting.effect === 'later' ? ' No effect yet.' : ''
}

function wrapWords(text, width) {
  const lines = ['']
  for (const word of text.split(' ')) {
    const last = lines.at(-1)
    if (last === '') lines[lines.length - 1] = word
    else if (last.length + word.length < width) lines[lines.length - 1] = `${last} ${word}`
    else lines.push(word)
  }
  return lines
}

/** The tables are TypeScript, which Node 20 does not read by itself. */
async function loadTables() {
  const result = await build({
    absWorkingDir: root,
    stdin: {
      contents: [
        "export { sections } from './src/config/options.ts'",
        "export { kinds } from './src/config/setting-kinds.ts'",
        "export { serializeSetting } from './src/config/serialize-setting.ts'",
        "export { preferenceSettings } from './src/preferences/settings.ts'",
        "export { rows as agentOptions } from './src/cli/agent-options.ts'",
        "export { daemonOptions } from './src/daemon/daemon-options.ts'",
        "export { subcommands } from './src/admin/subcommands.ts'",
        "export { sharedOptions } from './src/admin/shared-options.ts'",
      ].join('\n'),
      resolveDir: root,
    },
    bundle: true,
    write: false,
    platform: 'node',
    format: 'esm',
    logLevel: 'error',
    // Of what a subcommand does nothing is needed.
    plugins: [
      {
        name: 'tables-only',
        setup: ({ onResolve }) =>
          onResolve({ filter: /./ }, ({ kind, path }) =>
            kind === 'dynamic-import' ? { path, external: true } : undefined,
          ),
      },
    ],
  })
  return import(`data:text/javascript;base64,${Buffer.from(result.outputFiles[0].contents).toString('base64')}`)
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  for (const [path, text] of await makeDocuments()) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
    console.log(path)
  }
}
