// A mail server in a process of its own that takes everything at once: LMTP on a socket, SMTP on a port.
import { fork } from 'node:child_process'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export async function startSink(folder) {
  const child = fork(fileURLToPath(import.meta.url), [join(folder, 'lmtp')])
  const [port] = await new Promise((resolve) => child.once('message', resolve))
  return {
    path: join(folder, 'lmtp'),
    address: `127.0.0.1:${port}`,
    stop: () =>
      new Promise((resolve) => {
        child.once('exit', resolve)
        child.kill()
      }),
  }
}

function serve(socket) {
  let text = ''
  let inData = false
  socket.on('error', () => {})
  socket.write('220 sink\r\n')
  socket.on('data', (bytes) => {
    text += bytes.toString('latin1')
    for (;;) {
      const end = inData ? text.indexOf('\r\n.\r\n') : text.indexOf('\r\n')
      if (end < 0) {
        // Of a mail only what may be the beginning of its end is kept.
        if (inData) text = text.slice(-4)
        return
      }
      const line = text.slice(0, end)
      text = text.slice(end + (inData ? 5 : 2))
      socket.write(inData ? '250 2.0.0 taken\r\n' : answer(line))
      inData = !inData && /^DATA/i.test(line)
    }
  })
}

function answer(line) {
  if (/^(EHLO|LHLO)/i.test(line)) return '250-sink\r\n250-PIPELINING\r\n250 8BITMIME\r\n'
  if (/^DATA/i.test(line)) return '354 go\r\n'
  return /^QUIT/i.test(line) ? '221 2.0.0 bye\r\n' : '250 2.0.0 ok\r\n'
}

if (process.send) {
  const byPort = createServer({ noDelay: true }, serve)
  createServer({ noDelay: true }, serve).listen(process.argv[2], () =>
    byPort.listen(0, '127.0.0.1', () => process.send([byPort.address().port])),
  )
}
