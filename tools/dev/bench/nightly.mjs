// What a night costs: ten users have changed, among 1,000 and among 50,000; make-freebusy and expire as cron calls them.
import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { makeCalendar } from './mails.mjs'
import { measure, showRatio } from './measure.mjs'

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..')
const folder = mkdtempSync(join(tmpdir(), 'imip-bench-'))
const sizes = { small: 1000, large: 50_000 }
const changed = 10

try {
  writeFileSync(join(folder, 'events.ics'), makeCalendar(3, 86_400, 600))
  for (const [name, count] of Object.entries(sizes)) {
    run(name, 'init-user', 'user-0@example.com')
    const store = join(folder, name, 'store')
    // A room that nobody has used is its log, the same for all.
    for (let number = 1; number < count; number++) {
      const room = join(store, `mailto:user-${number}@example.com`)
      mkdirSync(room)
      copyFileSync(join(store, 'mailto:user-0@example.com', 'log'), join(room, 'log'))
    }
    run(name, 'make-freebusy')
    run(name, 'expire')
    console.log(`${count} users`)
  }
  let round = 0
  const night = (name) => {
    const first = (round++ % 50) * changed
    for (let number = first; number < first + changed; number++)
      run(name, 'import', `user-${number}@example.com`, join(folder, 'events.ics'))
    const start = performance.now()
    run(name, 'make-freebusy')
    run(name, 'expire')
    return performance.now() - start
  }
  const times = await measure({ small: () => night('small'), large: () => night('large') }, 7, 1)
  const isReached = showRatio('a night with ten changed: 50,000 users against 1,000', times.large, times.small, 1.5)
  process.exitCode = isReached ? 0 : 1
} finally {
  rmSync(folder, { recursive: true, force: true })
}

function run(name, ...args) {
  const places = ['store', 'journal', 'preferences', 'publish'].map(
    (place) => `${place}_dir=${join(folder, name, place)}`,
  )
  const settings = [...places, `log=${join(folder, 'log')}`].flatMap((setting) => ['--set', setting])
  const { status, stderr } = spawnSync(join(root, 'bin/imip-admin'), [...args, ...settings], { encoding: 'utf8' })
  if (status !== 0) throw new Error(`imip-admin ${args[0]} ended with ${status}: ${stderr}`)
}
