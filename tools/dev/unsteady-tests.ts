// Names the tests that passed only at their second try: each is a fault of the test or of the program, and none may go unseen.
import type { Reporter, TestModule } from 'vitest/node'

export class UnsteadyTests implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const unsteady = modules.flatMap((module) =>
      [...module.children.allTests()]
        .filter((test) => (test.diagnostic()?.flaky ?? false) === true)
        .map((test) => test),
    )
    for (const test of unsteady)
      process.stdout.write(
        `unsteady: ${test.module.relativeModuleId} > ${test.fullName}: ${readFirstErrors(test.result().errors)}\n`,
      )
    if (unsteady.length > 0) process.stdout.write(`${unsteady.length} passed only at a second try\n`)
  }
}

function readFirstErrors(errors: readonly { readonly message: string }[] | undefined): string {
  return errors?.[0]?.message.split('\n')[0] ?? 'no error is known'
}
