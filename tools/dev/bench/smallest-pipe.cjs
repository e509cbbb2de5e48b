// The partner of the pipe in measurements, as small as it can be: reads a mail and hands it to the mailbox by LMTP.
const { readFileSync } = require('node:fs')
const { connect } = require('node:net')

const [path, sender, recipient] = process.argv.slice(2)
const text = readFileSync(0, 'latin1').replace(/\r?\n/g, '\r\n').replace(/^\./gm, '..')
const steps = [
  'LHLO localhost\r\n',
  `MAIL FROM:<${sender}>\r\n`,
  `RCPT TO:<${recipient}>\r\n`,
  'DATA\r\n',
  `${text}.\r\n`,
]
const connection = connect(path)
let unread = ''
connection.on('data', (bytes) => {
  unread += bytes.toString('latin1')
  for (let end = unread.indexOf('\r\n'); end >= 0; end = unread.indexOf('\r\n')) {
    const line = unread.slice(0, end)
    unread = unread.slice(end + 2)
    if (line[3] === '-') continue
    if (line[0] > '3') process.exit(75)
    const step = steps.shift()
    if (step === undefined) {
      connection.end('QUIT\r\n')
      process.exit(0)
    }
    connection.write(step, 'latin1')
  }
})
connection.on('error', () => process.exit(75))
connection.on('close', () => process.exit(75))
