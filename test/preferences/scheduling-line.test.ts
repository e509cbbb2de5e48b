import { expect, test } from 'vitest'
import { schedulingFunctions } from '../../src/preferences/scheduling-line.ts'
import { policies } from '../../src/scheduling/policies.ts'

test('every function that a preference may name has its policy', () => {
  expect(Object.keys(schedulingFunctions).sort()).toEqual(Object.keys(policies).sort())
})
