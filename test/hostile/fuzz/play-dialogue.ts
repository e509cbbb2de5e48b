// What a client says to the daemon, piece by piece: every line of the answers is one of LMTP, and the conversation ends.
import type { Socket } from 'node:net'
import { Duplex } from 'node:stream'
import { setImmediate } from 'node:timers/promises'
import { makeAdmission } from '../../../src/daemon/admission.ts'
import type { Answer } from '../../../src/daemon/answer.ts'
import type { MailReceiver } from '../../../src/daemon/mail-receiver.ts'
import { serveClient } from '../../../src/daemon/serve-client.ts'
import { expectThat } from './finding.ts'

const accepted: Answer = { code: 250, enhanced: '2.1.5', text: 'Accepted' }

export async function playDialogue(texts: readonly (string | null)[]): Promise<void> {
  const said: Buffer[] = []
  const socket = new Duplex({
    read() {},
    write(chunk: Buffer, _encoding, done) {
      said.push(chunk)
      done()
    },
  })
  socket.on('error', () => {})
  let open = 0
  let isWrong = ''
  const receiver: MailReceiver = {
    readOffer: async () => ({ greatestMail: 2_000_000, has8bit: true, hasUtf8: true }),
    begin() {
      open += 1
      let isEnded = false
      const recipients: string[] = []
      return {
        async addRecipient(address) {
          if (/refuse/.test(address)) return { code: 550, enhanced: '5.1.1', text: 'Nobody' }
          if (/defer/.test(address)) return { code: 451, enhanced: '4.3.0', text: 'Later' }
          recipients.push(address)
          return accepted
        },
        async receive(bytes) {
          if (isEnded) isWrong = 'a mail was received twice'
          isEnded = true
          open -= 1
          if (bytes.length > 2_000_000) isWrong = `a mail of ${bytes.length} bytes was let in`
          return recipients.map(() => accepted)
        },
        abandon() {
          if (!isEnded) open -= 1
          isEnded = true
        },
      }
    },
  }
  const admission = makeAdmission({ mails: 10, bytes: 50_000_000, patience: 1000 })
  const client = serveClient(socket as unknown as Socket, {
    receiver,
    admission,
    readBounds: () => ({ recipients: 50, silence: 20_000, receiving: 20_000 }),
    name: 'mail.example.com',
    noteRefusal: () => {},
  })
  for (const text of texts) {
    if (text === null || text === '') continue
    socket.push(Buffer.from(text, 'latin1'))
    // It reads what there is, answers, and waits for more.
    for (let turn = 0; turn < 3; turn++) await setImmediate()
  }
  socket.push(null)
  await client.ended
  socket.destroy()
  expectThat(isWrong === '', isWrong)
  expectThat(open === 0, `${open} mails were begun and never ended`)
  const { mails, bytes } = admission.count()
  expectThat(mails === 0 && bytes === 0, `${mails} mails and ${bytes} bytes are still counted`)
  const lines = Buffer.concat(said).toString('latin1').split('\r\n')
  expectThat(lines.pop() === '', 'the last answer has no end')
  for (const line of lines)
    expectThat(/^[2345]\d\d[ -][\x20-\x7e\x80-\xff]*$/.test(line), `no answer: ${line.slice(0, 200)}`)
}
