import { defineConfig } from 'vitest/config'
import { UnsteadyTests } from './tools/dev/unsteady-tests.ts'

/** What decides whether a change lands runs each time in the same order; elsewhere each run has its own. */
const isDeciding = process.env.CI !== undefined

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    sequence: { shuffle: true, seed: isDeciding ? 20_260_302 : Date.now() },
    // A machine that decides has other work, too: a test with real servers may have a second try there, and is named at the end.
    retry: isDeciding ? 1 : 0,
    reporters: ['default', new UnsteadyTests()],
    testTimeout: 30_000,
  },
})
