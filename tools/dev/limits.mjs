// The page of limits: every bound in the sources that is named as one, with the reason that stands above it.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const declaration = /^(?:export )?const ((?:most|longest|largest|deepest|greatest|oldest)\w*)(?:: \w+)? = ([\d_ *]+)$/

/** In the order of rooms and files. */
export function findLimits(root) {
  const source = join(root, 'src')
  return readdirSync(source, { recursive: true })
    .map((name) => String(name).replaceAll('\\', '/'))
    .filter((name) => name.endsWith('.ts'))
    .sort()
    .flatMap((file) => findInFile(file, readFileSync(join(source, file), 'utf8').split('\n')))
}

function findInFile(file, lines) {
  const found = []
  for (const [index, line] of lines.entries()) {
    const match = declaration.exec(line)
    if (match) found.push({ file, name: match[1], value: showValue(match[2]), reason: findReason(lines, index) })
  }
  return found
}

/** The comment above; of several limits that follow each other it is one for all. */
function findReason(lines, index) {
  let at = index - 1
  while (declaration.test(lines[at] ?? '')) at--
  const comment = []
  while (/^\s*(?:\/\/|\/\*\*|\*)/.test(lines[at] ?? '')) comment.unshift(lines[at--])
  return comment
    .map((line) => line.replace(/^\s*(?:\/\/|\/\*\*|\*\/|\*)\s?/, '').replace(/\s*\*\/$/, ''))
    .join(' ')
    .trim()
}

function showValue(text) {
  const factors = text.replaceAll('_', '').split('*').map(Number)
  return factors.reduce((product, factor) => product * factor, 1).toLocaleString('en-US')
}

/** `settings`: those of the configuration that bound something. */
export function makeLimitsPage(root, sections, serializeSetting, generated) {
  const settings = sections
    .flatMap((section) => Object.entries(section.settings))
    .filter(
      ([name, setting]) => ['size', 'number', 'duration'].includes(setting.kind) || /limit|greatest|most/.test(name),
    )
  return [
    '# Limits',
    '',
    `<!-- ${generated} -->`,
    '',
    'Whoever writes to us may be anybody, so everything that comes from a mail is bounded. Beyond a limit a mail is never lost: a',
    "person's mail is handed on unchanged, with a verdict; a resource declines or says nothing; the store stays as it was.",
    '',
    '## That the administrator sets',
    '',
    '| setting | default | meaning |',
    '| --- | --- | --- |',
    ...settings.map(
      ([name, setting]) => `| \`${name}\` | \`${serializeSetting(setting.kind, setting.default)}\` | ${setting.help} |`,
    ),
    '',
    '## In the programs',
    '',
    '| limit | value | why | where |',
    '| --- | --- | --- | --- |',
    ...findLimits(root).map(
      ({ name, value, reason, file }) =>
        `| ${showName(name)} | ${value} | ${reason.replaceAll('|', '\\|')} | \`src/${file}\` |`,
    ),
    '',
  ].join('\n')
}

/** `longestMessageId` → longest message id. */
function showName(name) {
  return name.replace(/([A-Z]+)/g, (letters) => ` ${letters.toLowerCase()}`)
}
