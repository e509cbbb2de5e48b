import { expect, test } from 'vitest'
import { makePrintTransport, type PrintForm } from '../../../src/mail/transport/print.ts'

const bytes = Buffer.from('Subject: hello\r\n\r\nGrüße\r\n')

async function print(form: PrintForm, recipients: readonly string[]): Promise<string> {
  const printed: Uint8Array[] = []
  const transport = makePrintTransport(form, (piece) => printed.push(piece))
  const delivery = await transport.open({ kind: 'answer', envelope: { sender: 'room@example.com', recipients }, bytes })
  expect(delivery.recipients.map((result) => result.kind)).toEqual(recipients.map(() => 'delivered'))
  expect(printed).toEqual([])
  await delivery.finish(bytes)
  return Buffer.concat(printed).toString()
}

test('as text: a line that says for whom, then the whole mail', async () => {
  expect(await print('text', ['pat@example.com'])).toBe(`Outgoing parts for pat@example.com...\n${bytes}\n`)
})

test('as JSON: one object a line', async () => {
  const line = await print('json', ['pat@example.com', 'kim@example.com'])
  expect(line.endsWith('\n')).toBe(true)
  expect(JSON.parse(line)).toEqual({
    kind: 'answer',
    from: 'room@example.com',
    to: ['pat@example.com', 'kim@example.com'],
    mail: bytes.toString('base64'),
  })
})
