// No dead links: what README and documents point to inside the project is there, headings included.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const root = fileURLToPath(new URL('..', import.meta.url))

const documents = [
  ...['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md'].filter((name) => existsSync(join(root, name))),
  ...readdirSync(join(root, 'docs'), { recursive: true })
    .map((name) => `docs/${String(name)}`)
    .filter((name) => name.endsWith('.md')),
]

/** Without blocks of code, in which brackets are brackets. */
function readProse(path: string): string {
  return readFileSync(join(root, path), 'utf8')
    .replace(/^```.*?^```$/gms, '')
    .replace(/^ {4,}.*$/gm, '')
    .replace(/`[^`\n]*`/g, 'code')
}

/** As the sites that show them name headings. */
function listAnchors(path: string): readonly string[] {
  const headings = [...readFileSync(join(root, path), 'utf8').matchAll(/^#+ (.*)$/gm)].map((match) => match[1] ?? '')
  return headings.map((heading) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\p{Pc} -]/gu, '')
      .replaceAll(' ', '-'),
  )
}

function findDead(path: string): readonly string[] {
  const prose = readProse(path)
  const targets = [
    ...[...prose.matchAll(/\]\(([^()\s]+)\)/g)].map((match) => match[1] ?? ''),
    ...[...prose.matchAll(/(?:src|href)="([^"]+)"/g)].map((match) => match[1] ?? ''),
  ].filter((target) => !/^[a-z]+:/.test(target))
  return targets.filter((target) => {
    const [file = '', anchor] = target.split('#')
    const there = file === '' ? path : join(dirname(path), decodeURIComponent(file))
    if (!existsSync(join(root, there))) return true
    if (anchor === undefined || statSync(join(root, there)).isDirectory()) return false
    return !listAnchors(there).includes(anchor)
  })
}

test.each(documents)('%s', (path) => expect(findDead(path)).toEqual([]))

test('the index names every document', () => {
  const index = readProse('docs/README.md')
  const missing = documents.filter(
    (path) => /^docs\/[^/]+\.md$/.test(path) && path !== 'docs/README.md' && !index.includes(`(${path.slice(5)}`),
  )
  expect(missing).toEqual([])
})
