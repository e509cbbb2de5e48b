// Waits for something to become true, with a patience that a busy machine needs.
import { expect } from 'vitest'

export const poll: typeof expect.poll = (read, options) =>
  expect.poll(read, { timeout: 15_000, interval: 20, ...options })
