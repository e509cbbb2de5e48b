// Adds to package-lock.json the optional packages for other platforms that the registry at hand does not have: npm leaves them out when
// it writes the lock file, and then `npm ci` calls the same file incomplete. With --check it only says whether any are missing.
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const file = fileURLToPath(new URL('../../package-lock.json', import.meta.url))
const lock = JSON.parse(readFileSync(file, 'utf8'))

const missing = Object.entries(lock.packages).flatMap(([place, entry]) =>
  Object.entries(entry.optionalDependencies ?? {})
    .filter(([name]) => !(`node_modules/${name}` in lock.packages || `${place}/node_modules/${name}` in lock.packages))
    .map(([name, version]) => ({ name, version, parent: entry })),
)

if (process.argv.includes('--check')) {
  for (const { name, version } of missing) console.error(`package-lock.json does not have ${name} ${version}`)
  process.exit(missing.length === 0 ? 0 : 1)
}

for (const { name, version, parent } of missing) {
  const platform =
    /(android|darwin|freebsd|linux|openharmony|win32)-(arm64|arm|ia32|ppc64|riscv64|s390x|x64)(?:-(\w+))?$/.exec(name)
  if (platform === null) throw new Error(`For which platform is ${name}? Add it to package-lock.json by hand.`)
  const [, os, cpu, abi = ''] = platform
  lock.packages[`node_modules/${name}`] = {
    version,
    cpu: [cpu],
    ...(parent.dev ? { dev: true } : {}),
    ...(os === 'linux' ? { libc: [abi.startsWith('musl') ? 'musl' : 'glibc'] } : {}),
    license: parent.license,
    optional: true,
    os: [os],
  }
}

const sorted = Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
writeFileSync(file, `${JSON.stringify({ ...lock, packages: Object.fromEntries(sorted) }, undefined, 2)}\n`)
console.log(`${missing.length} packages added to package-lock.json`)
