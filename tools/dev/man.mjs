// Manual pages and the completion of the shell, from the same tables as the programs' help.

/** Path → text. `tables`: agents' options, daemon's options, subcommands with those of every subcommand, settings, preferences. */
export function makeManPages(tables) {
  return [
    ['man/imip-person.8', makeAgentPage('imip-person', 'calendar mail arriving for a person', personText, tables)],
    [
      'man/imip-person-outgoing.8',
      makeAgentPage('imip-person-outgoing', 'copies of calendar mail sent by a person', outgoingText, tables),
    ],
    [
      'man/imip-resource.8',
      makeAgentPage('imip-resource', 'calendar mail arriving for a resource', resourceText, tables),
    ],
    ['man/imip-lmtpd.8', makeDaemonPage(tables)],
    ['man/imip-admin.8', makeAdminPage(tables)],
    ['man/imip-agent.toml.5', makeSettingsPage(tables)],
    ['man/imip-agent-preferences.5', makePreferencesPage(tables)],
  ]
}

const personText = [
  'reads a mail for a person from standard input, records what it says about the schedule of that person, and hands the mail on unchanged, by LMTP or SMTP, with a readable summary if the person wants one.',
  'A mail without a calendar is handed on without being looked into.',
]
const outgoingText = [
  "reads a copy of a mail that a person has sent from standard input and keeps that person's own free/busy true. It answers nothing and delivers nothing.",
]
const resourceText = [
  'reads a mail for a room, a car or another resource from standard input and answers by the policy of the resource: it accepts, declines or proposes another time, and says why.',
  'Other mail goes to the owner of the resource.',
]

function makeAgentPage(name, summary, text, { agentOptions }) {
  return page(name, 8, summary, [
    ['SYNOPSIS', [`.B ${name}`, '.RI [ options ] " < mail"']],
    ['DESCRIPTION', [`.B ${name}`, ...paragraphs(text)]],
    ['OPTIONS', agentOptions.flatMap(describeOption)],
    ['EXIT STATUS', exitStatuses(name === 'imip-person')],
    ['FILES', files],
    ['SEE ALSO', seeAlso(name)],
  ])
}

function makeDaemonPage({ daemonOptions }) {
  return page('imip-lmtpd', 8, 'the agents as one server that speaks LMTP', [
    [
      'SYNOPSIS',
      [
        '.B imip-lmtpd',
        '.RB [ --person',
        '.IR ADDRESS ]',
        '.RB [ --person-outgoing',
        '.IR ADDRESS ]',
        '.RB [ --resource',
        '.IR ADDRESS ]',
        '.RI [ options ]',
      ],
    ],
    [
      'DESCRIPTION',
      [
        '.B imip-lmtpd',
        ...paragraphs([
          'does what the agents do, for a site where a process for each mail would be too many: it listens for LMTP (RFC 2033) once for each role. ADDRESS is the path of a UNIX socket, or host:port, never port 25.',
          'SIGTERM ends it when the mails under way are done, SIGHUP reads the configuration again.',
        ]),
      ],
    ],
    ['OPTIONS', daemonOptions.flatMap(describeOption)],
    ['FILES', files],
    ['SEE ALSO', seeAlso('imip-lmtpd')],
  ])
}

function makeAdminPage({ subcommands, sharedOptions }) {
  return page('imip-admin', 8, 'see, repair and move the schedules of imip-agent', [
    ['SYNOPSIS', ['.B imip-admin', '.I SUBCOMMAND', '.RI [ arguments ]', '.RI [ options ]']],
    [
      'DESCRIPTION',
      paragraphs([
        'USER is mailto:name@domain or name@domain. Times are read as 2026-03-02T09:00:00Z or 20260302T090000Z. Results go to standard output, all else to standard error.',
      ]),
    ],
    ['SUBCOMMANDS', subcommands.flatMap(describeSubcommand)],
    ['OPTIONS OF EVERY SUBCOMMAND', sharedOptions.flatMap(describeOption)],
    [
      'EXIT STATUS',
      [
        ...item('0', 'Done.'),
        ...item('1', 'Something was found or failed.'),
        ...item('64', 'Wrong usage.'),
        ...item('75', 'Try again later: the store is busy or away, or an answer could not be sent yet.'),
      ],
    ],
    ['FILES', files],
    ['SEE ALSO', seeAlso('imip-admin')],
  ])
}

function describeSubcommand({ name, summary, help, arguments: given, options, examples }) {
  const words = given.map((one) => {
    const shown = `${one.name}${one.isVariadic ? '...' : ''}`
    return one.isOptional ? `[${shown}]` : shown
  })
  return [
    `.SS ${roff([name, ...words].join(' '))}`,
    roff(`${upper(summary)}.${help ? ` ${help}` : ''}`),
    ...given.flatMap((one) => item(one.name, one.help)),
    ...options.flatMap(describeOption),
    ...(examples.length === 0
      ? []
      : ['.PP', 'Examples:', '.PP', '.nf', '.RS', ...examples.map((one) => roff(`imip-admin ${one}`)), '.RE', '.fi']),
  ]
}

function makeSettingsPage({ sections, kinds, serializeSetting }) {
  return page('imip-agent.toml', 5, 'settings of imip-agent', [
    [
      'DESCRIPTION',
      paragraphs([
        'The settings of the whole system stand in /etc/imip-agent/config.toml, as TOML. A setting has the value that an option of the command line gives, otherwise that of the environment (IMIP_AGENT_ and the name in capitals), otherwise that of the file, otherwise its default. An unknown or malformed setting is an error that names file, line, setting and reason, and keeps all mail with the mail system.',
      ]),
    ],
    ...sections.map(({ title, settings }) => [
      title.toUpperCase(),
      Object.entries(settings).flatMap(([name, setting]) => {
        const kind = setting.values ? setting.values.join(', ') : kinds[setting.kind].shown
        return item(`${name} (${kind}; default ${serializeSetting(setting.kind, setting.default)})`, setting.help)
      }),
    ]),
    ['SEE ALSO', seeAlso('imip-agent.toml')],
  ])
}

function makePreferencesPage({ preferenceSettings }) {
  const whom = { person: 'people', resource: 'resources', both: 'people and resources' }
  return page('imip-agent-preferences', 5, 'what people and resources want of imip-agent', [
    [
      'DESCRIPTION',
      paragraphs([
        "Each preference is a small file of its name in /var/lib/imip-agent/preferences/mailto:USER@DOMAIN, or for all of a domain in preferences/@DOMAIN. Where there is none the site's default holds.",
      ]),
    ],
    [
      'PREFERENCES',
      Object.entries(preferenceSettings).flatMap(([name, setting]) => {
        const values = setting.values ? setting.values.join(', ') : setting.kind === 'lines' ? 'one a line' : 'text'
        const fallback = setting.default === '' ? 'none' : setting.default
        return item(name, `For ${whom[setting.who]}; ${values}; default ${fallback}. ${setting.help}`)
      }),
    ],
    ['SEE ALSO', seeAlso('imip-agent-preferences')],
  ])
}

function describeOption({ short, long, value, help, repeatable }) {
  const names = `${short ? `-${short}, ` : ''}--${long}${value ? ` ${value}` : ''}`
  return item(names, `${upper(help)}.${repeatable ? ' May be given more than once.' : ''}`)
}

function exitStatuses(delivers) {
  return [
    ...item('0', 'Done.'),
    ...item(
      '75',
      'Keep the mail and try again: every fault of ours, of the store, of the mail system, of the configuration.',
    ),
    ...(delivers ? item('69', 'The mailbox refused for good; its own words are the one line on standard output.') : []),
    ...item('64', 'Wrong usage, only on a terminal.'),
  ]
}

const files = [
  ['/etc/imip-agent/config.toml', 'The settings, imip-agent.toml(5).'],
  ['/var/lib/imip-agent/store', 'Schedules, a directory a user.'],
  ['/var/lib/imip-agent/preferences', 'What users and resources want, imip-agent-preferences(5).'],
  ['/var/lib/imip-agent/journal', 'Journals of quotas.'],
  ['/var/log/imip-agent/agent.log', 'The log, one JSON object a line.'],
].flatMap(([path, help]) => item(path, help))

const pages = [
  ['imip-person', 8],
  ['imip-person-outgoing', 8],
  ['imip-resource', 8],
  ['imip-lmtpd', 8],
  ['imip-admin', 8],
  ['imip-agent.toml', 5],
  ['imip-agent-preferences', 5],
]

function seeAlso(own) {
  const others = pages.filter(([name]) => name !== own)
  return others.map(([name, section], index) => `.BR ${name} (${section})${index < others.length - 1 ? ',' : ''}`)
}

function page(name, section, summary, sections) {
  return [
    '.\\" Generated from the tables of the programs by `npm run docs`; do not edit.',
    `.TH ${name.toUpperCase()} ${section} "" imip-agent`,
    '.SH NAME',
    `${roff(name)} \\- ${roff(summary)}`,
    ...sections.flatMap(([title, lines]) => [`.SH ${title}`, ...lines]),
    '',
  ].join('\n')
}

function item(term, text) {
  return ['.TP', `.B ${roff(term)}`, roff(text)]
}

function paragraphs(texts) {
  return texts.flatMap((text, index) => (index === 0 ? [roff(text)] : ['.PP', roff(text)]))
}

/** Markdown's backticks go; what troff would take for a request or an escape does not. */
function roff(text) {
  return text
    .replaceAll('`', '')
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .split('\n')
    .map((line) => (/^[.']/.test(line) ? `\\&${line}` : line))
    .join('\n')
}

function upper(text) {
  return text.charAt(0).toUpperCase() + text.slice(1)
}

/** For bash: subcommands, then the options of each, then names of preferences and files. */
export function makeCompletion({ subcommands, sharedOptions, preferenceSettings }) {
  const shared = sharedOptions.flatMap(listNames)
  return [
    '# Completion of imip-admin for bash. Generated by `npm run docs`; do not edit.',
    '# Copy to /usr/share/bash-completion/completions/imip-admin.',
    '_imip_admin() {',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the shell's own.
    '  local word=${COMP_WORDS[COMP_CWORD]} subcommand=${COMP_WORDS[1]} words=',
    '  if [ "$COMP_CWORD" -eq 1 ]; then',
    `    words='${subcommands.map(({ name }) => name).join(' ')} --help --version'`,
    '  else',
    '    case $subcommand in',
    ...subcommands.map(
      ({ name, options }) =>
        `      ${name}) words='${[...options.flatMap(listNames), ...shared, '--help'].join(' ')}' ;;`,
    ),
    '    esac',
    '    [ "$subcommand" = preferences ] && [ "$COMP_CWORD" -eq 3 ] &&',
    `      words="$words ${Object.keys(preferenceSettings).join(' ')}"`,
    '  fi',
    '  COMPREPLY=($(compgen -W "$words" -- "$word"))',
    '}',
    'complete -o default -F _imip_admin imip-admin',
    '',
  ].join('\n')
}

function listNames({ short, long }) {
  return short ? [`-${short}`, `--${long}`] : [`--${long}`]
}
