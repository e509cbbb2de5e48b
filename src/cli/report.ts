// What a run tells: the log always; standard output where somebody asked to see.
import { writeSync } from 'node:fs'
import type { Verdict } from '../agents/verdict.ts'
import type { Log } from '../log.ts'
import type { Transport } from '../mail/transport/transport.ts'
import type { RawMail } from '../pipeline/raw-mail.ts'
import { serializeVerdict } from '../pipeline/serialize-verdict.ts'
import type { Report, World } from '../pipeline/world.ts'
import type { AgentRun } from './agent-program.ts'

export function makeReport(run: AgentRun, raw: RawMail, shown: () => Transport): Report {
  const { options, log } = run
  const told = makeLogReport(log, run.configuration.mode, raw.queueId, run.elapsed)
  return {
    ...told,
    verdict(verdict, recipient) {
      told.verdict(verdict, recipient)
      if (options.output === 'json') writeOutput(encode(`${JSON.stringify(serializeVerdict(verdict))}\n`))
      else if (options.dryRun) writeOutput(encode(describeVerdict(verdict)))
    },
    shown(mail) {
      void shown()
        .open(mail)
        .then((delivery) => delivery.finish(mail.bytes))
    },
  }
}

/** What the log is told of one mail; `elapsed` in milliseconds since it was taken up. */
export function makeLogReport(
  log: Log,
  mode: World['mode'],
  queueId: string | undefined,
  elapsed: () => number,
): Pick<Report, 'verdict' | 'passed' | 'failure'> {
  const line = {
    queue: queueId ?? null,
    messageId: null,
    method: null,
    uid: null,
    recurrenceId: null,
    sequence: null,
    answer: null,
  }
  return {
    verdict(verdict, recipient) {
      log.writeMail({
        queue: verdict.queueId,
        messageId: verdict.messageId,
        recipient,
        user: verdict.user,
        method: verdict.method,
        uid: verdict.uid,
        recurrenceId: verdict.recurrenceId,
        sequence: verdict.sequence,
        verdict: verdict.verdict,
        reason: verdict.reason.code,
        answer: verdict.answer,
        ms: elapsed(),
      })
    },
    passed(recipient) {
      const reason = mode === 'pass' ? 'mode-pass' : 'no-calendar'
      log.writeMail({ ...line, recipient, user: null, verdict: 'passed', reason, ms: elapsed() }, 'quiet')
    },
    failure(text) {
      log.writeError(text, { queue: queueId ?? null })
    },
  }
}

function describeVerdict(verdict: Verdict): string {
  const about = [verdict.method, verdict.uid, verdict.recurrenceId].filter((part) => part !== null).join(' ')
  const notes = verdict.notes.map((note) => `  note: ${note}\n`).join('')
  const answer = verdict.answer === null ? '' : `, answer ${verdict.answer}`
  return `${verdict.user}: ${verdict.verdict}${answer}${about === '' ? '' : ` (${about})`}\n  ${verdict.reason.text} [${verdict.reason.code}; ${verdict.reason.rule}]\n${notes}`
}

function encode(text: string): Uint8Array {
  return Buffer.from(text, 'utf8')
}

/** All of it, also into a pipe that is slow to read. */
export function writeOutput(bytes: Uint8Array): void {
  let offset = 0
  while (offset < bytes.length) {
    try {
      offset += writeSync(1, bytes, offset)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error
    }
  }
}
