// Every subcommand that says something says it to scripts, too.
import { expect, test } from 'vitest'
import { subcommands } from '../../src/admin/subcommands.ts'

/** Those that have no --json, and why. */
const without: Readonly<Record<string, string>> = {
  init: 'what it says is for the person who sets up; its exit status is for scripts',
  'init-user': 'as init',
  export: 'what it writes is iCalendar',
  'show-mail': 'what it writes is the text of a mail, for a person; what is in it, occurrences and explain say as JSON',
  cancel: 'what it says is one word; the answer that it sends is shown as JSON by --print json',
  'make-freebusy': 'one line for cron; status says as JSON how it ended',
  expire: 'as make-freebusy',
  mta: 'what it writes is files for mail systems',
  'copy-store': 'it counts for the person who waits; what came of it, show-store says of both stores as JSON',
}

test('every subcommand has --json, or a reason why it has none', () => {
  const names = subcommands
    .filter(({ options }) => !options.some(({ long }) => long === 'json'))
    .map(({ name }) => name)
  expect(names.filter((name) => without[name] === undefined)).toEqual([])
  const have = subcommands.filter(({ options }) => options.some(({ long }) => long === 'json')).map(({ name }) => name)
  expect(have.filter((name) => without[name] !== undefined)).toEqual([])
})
