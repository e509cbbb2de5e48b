// Builds dist/: a tiny CommonJS file for each program, front.cjs for what every mail needs, agent.cjs for what calendars need,
// mailparser.cjs for mails that are not plain, ical.cjs for escapes of RFC 6868. CommonJS starts a fifth faster on Node 20 and V8 can cache its code. The same sources give the same bytes.
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..')

/** In the order of building: each knows the digests of those before it, by which it finds their code cache. */
const bundles = [
  { name: 'agent', entry: 'src/cli/agent-bundle.ts' },
  { name: 'front', entry: 'src/cli/front.ts' },
]

/**
 * A bundle is one expression, the function as which Node would compile a CommonJS file: the text of the file is what V8 takes, and is
 * not put together and copied anew at each start (a millisecond of a request).
 */
const asFunction = {
  banner: { js: '(function (exports, require, module, __filename, __dirname) {' },
  footer: { js: '})' },
}

const programs = [
  { name: 'imip-person', entry: 'src/cli/person.ts' },
  { name: 'imip-person-outgoing', entry: 'src/cli/person-outgoing.ts' },
  { name: 'imip-resource', entry: 'src/cli/resource.ts' },
  { name: 'imip-admin', entry: 'src/cli/admin.ts' },
  { name: 'imip-lmtpd', entry: 'src/cli/lmtpd.ts' },
]

/** Loaded by the other bundles when a mail needs them. */
const parts = {
  mailparser: "module.exports = require('mailparser')",
  ical: "module.exports = require('ical.js')",
}

/** Of no use for finding calendars, and dear to load: what mailparser makes of text and HTML. */
const stubs = {
  'html-to-text': 'exports.htmlToText = () => ""',
  'linkify-it':
    'const none = { tlds: () => none, add: () => none, set: () => none, pretest: () => false, match: () => null }\n' +
    'module.exports = () => none',
  tlds: 'module.exports = []',
  he: 'exports.encode = (text) => text',
}

/** Parts of Node that are dear to load (child_process: a sixth of a start): our own sources get them at the first call. */
const lazyParts = ['child_process', 'crypto', 'module', 'net', 'os', 'tty', 'url', 'util', 'v8'].map(
  (name) => `node:${name}`,
)

/** Builds into `directory`; gives the names of the files written and of the entries that are not there. */
export async function buildBundles(directory = join(root, 'dist')) {
  const { build } = await loadEsbuild()
  const written = []
  const missing = []
  mkdirSync(directory, { recursive: true })
  const write = (name, bytes) => {
    replaceFile(join(directory, `${name}.cjs`), bytes)
    written.push(`${name}.cjs`)
  }

  for (const [name, contents] of Object.entries(parts))
    write(name, await bundle(build, { stdin: { contents, resolveDir: root } }, {}))
  const digests = {}
  for (const { name, entry } of bundles) {
    const bytes = await bundle(build, { entryPoints: [entry], ...asFunction }, digests)
    const digest = createHash('sha256').update(bytes).digest('hex')
    digests[`${name.toUpperCase()}_DIGEST`] = JSON.stringify(digest)
    write(name, bytes)
    removeOldCaches(directory, name, digest)
  }

  const present = programs.filter(({ entry }) => existsSync(join(root, entry)))
  missing.push(...programs.filter((program) => !present.includes(program)).map(({ entry }) => entry))
  const built = await Promise.all(present.map(({ entry }) => bundle(build, { entryPoints: [entry] }, digests)))
  for (const [index, bytes] of built.entries()) write(present[index].name, bytes)
  return { written, missing }
}

/** One CommonJS file of an entry, as bytes. Also for tests that build an entry of their own. */
export async function bundleEntry(entry, define = {}) {
  const { build } = await loadEsbuild()
  return bundle(build, { entryPoints: [entry] }, define)
}

/** A program that is being started finds the old file or the new one, never half of one. */
function replaceFile(file, bytes) {
  if (existsSync(file) && readFileSync(file).equals(bytes)) return
  const beside = `${file}.${process.pid}`
  writeFileSync(beside, bytes)
  renameSync(beside, file)
}

function removeOldCaches(directory, name, digest) {
  for (const file of readdirSync(directory))
    if (file.startsWith(`${name}-`) && file.endsWith('.cache') && !file.includes(digest)) rmSync(join(directory, file))
}

async function bundle(build, what, define) {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const result = await build({
    absWorkingDir: root,
    ...what,
    bundle: true,
    write: false,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    // The CommonJS forms of packages, and theirs before the browser's.
    mainFields: ['main', 'module'],
    // ASCII only: it is read as one byte a sign.
    charset: 'ascii',
    legalComments: 'eof',
    logLevel: 'error',
    define: {
      'import.meta.dirname': '__dirname',
      'import.meta.url': '__filename',
      PROGRAM_VERSION: JSON.stringify(version),
      ...define,
    },
    plugins: [
      { name: 'stubs', setup: replaceByStubs },
      { name: 'apart', setup: keepApart },
      { name: 'lazy', setup: loadLazily },
    ],
    // A script that comes from a code cache has no dynamic import; require does the same.
    supported: { 'dynamic-import': false },
    external: ['fs-native-extensions', '*.node'],
  })
  return Buffer.from(escapeAll(result.outputFiles[0].text), 'latin1')
}

/** esbuild escapes what stands in strings; what is left stands in regular expressions and comments. */
function escapeAll(text) {
  if (/\\[^\0-\x7f]/.test(text)) throw new Error('a backslash before a sign outside ASCII cannot be escaped')
  return text.replace(/[^\0-\x7f]/g, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

function replaceByStubs(plugin) {
  const names = new RegExp(`^(${Object.keys(stubs).join('|')})$`)
  plugin.onResolve({ filter: names }, ({ path }) => ({ path, namespace: 'stub' }))
  plugin.onLoad({ filter: /.*/, namespace: 'stub' }, ({ path }) => ({ contents: stubs[path], loader: 'js' }))
}

/** These stay in files of their own: most mails that carry a calendar are plain enough without them. */
function keepApart(plugin) {
  plugin.onResolve({ filter: /^mailparser$/ }, ({ importer }) =>
    importer.startsWith(join(root, 'src')) ? { path: './mailparser.cjs', external: true } : undefined,
  )
  plugin.onResolve({ filter: /^ical\.js$/ }, ({ path, importer }) =>
    importer.startsWith(join(root, 'src')) ? { path, namespace: 'apart' } : undefined,
  )
  // What is imported at once is loaded at the first use.
  plugin.onLoad({ filter: /.*/, namespace: 'apart' }, () => ({
    contents: `export default {
      get parse() { return require('./ical.cjs').parse },
      get stringify() { return require('./ical.cjs').stringify },
    }`,
    loader: 'js',
  }))
  plugin.onResolve({ filter: /^\.\/ical\.cjs$/, namespace: 'apart' }, ({ path }) => ({ path, external: true }))
}

/** `import { createHash } from 'node:crypto'` becomes a function that loads node:crypto when it is called. */
function loadLazily(plugin) {
  const names = new RegExp(`^(${lazyParts.join('|')})$`)
  plugin.onResolve({ filter: names }, ({ path, importer, kind }) =>
    kind === 'import-statement' && importer.startsWith(join(root, 'src')) ? { path, namespace: 'lazy' } : undefined,
  )
  plugin.onLoad({ filter: /.*/, namespace: 'lazy' }, ({ path }) => ({ contents: makeLazyModule(path), loader: 'js' }))
}

/** Functions only: a class or a constant of these parts must be loaded at once, and the build says so. */
function makeLazyModule(path) {
  const part = createRequire(import.meta.url)(path)
  return Object.keys(part)
    .filter((name) => typeof part[name] === 'function' && /^[a-z]/.test(name))
    .map((name) => `export const ${name} = (...given) => require('${path}').${name}(...given)`)
    .join('\n')
}

async function loadEsbuild() {
  try {
    return await import('esbuild')
  } catch (error) {
    if (error.code !== 'ERR_MODULE_NOT_FOUND') throw error
    throw new Error('esbuild is missing: it is a development package. Run `npm ci` without --omit=dev, then build.')
  }
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  try {
    const { written, missing } = await buildBundles()
    console.log(`dist: ${written.join(', ') || 'nothing'}`)
    if (missing.length > 0) console.log(`not there yet: ${missing.join(', ')}`)
  } catch (error) {
    console.error(`build: ${error.message}`)
    process.exitCode = 1
  }
}
