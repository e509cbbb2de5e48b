// Finding: what an input has shown that must never be.

export class Finding extends Error {
  override readonly name = 'Finding'
}

export function expectThat(holds: boolean, what: string): void {
  if (!holds) throw new Finding(what)
}
