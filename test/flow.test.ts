// docs/flow.md and process-mail.ts name the same nine steps, in the same order and words.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'

const root = join(import.meta.dirname, '..')

it('the page and the procedure have the same steps', () => {
  const code = readFileSync(join(root, 'src/pipeline/process-mail.ts'), 'utf8')
  const page = readFileSync(join(root, 'docs/flow.md'), 'utf8')
  const comments = [...code.matchAll(/^\s*\/\/ (\d\. .*)$/gm)].map((match) => match[1] ?? '').join(' ')
  const inCode = [...comments.matchAll(/(\d)\. (.*?[?.])(?= \d\. |$| [A-Z])/g)].map(
    (match) => `${match[1]}. ${match[2]?.replace(/\.$/, '')}`,
  )
  const inPage = [...page.matchAll(/^\| (\d\. .*?) \|/gm)].map((match) => match[1])
  expect(inPage).toHaveLength(10)
  expect(inCode).toEqual(inPage)
})
