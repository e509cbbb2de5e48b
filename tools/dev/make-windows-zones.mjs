// Writes src/calendar/windows-zones.ts from the package windows-iana (the mapping of Unicode CLDR): the package has 79 KB and
// loads in a millisecond, of which the agents would need one name per zone. With --check it only says whether the file is fresh.
import { readFileSync, writeFileSync } from 'node:fs'
import { WINDOWS_TO_IANA_MAP } from 'windows-iana'

const path = new URL('../../src/calendar/windows-zones.ts', import.meta.url)
const lines = WINDOWS_TO_IANA_MAP.filter((entry) => entry.territory === '001')
  .map((entry) => `  ['${entry.windowsName.toLowerCase()}', '${entry.iana[0]}'],`)
  .sort()
const text = `// Names of Windows for time zones, in lower case, and the IANA name of each. Made by tools/dev/make-windows-zones.mjs from
// the package windows-iana, which has it from Unicode CLDR; not to be edited.

export const windowsZones: ReadonlyMap<string, string> = new Map([
${lines.join('\n')}
])
`

if (!process.argv.includes('--check')) writeFileSync(path, text)
else if (readFileSync(path, 'utf8') !== text) {
  console.error(
    'src/calendar/windows-zones.ts is not what windows-iana says: run node tools/dev/make-windows-zones.mjs',
  )
  process.exitCode = 1
}
