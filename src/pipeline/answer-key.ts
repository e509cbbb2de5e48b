// The site's key for its own answers: out of a file, read for each mail that needs it, so that a new one counts at once.
import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Configuration } from '../config/options.ts'
import type { AnswerKey } from '../mail/answer-signature.ts'

export type KeyFile =
  | { readonly kind: 'key'; readonly key: AnswerKey }
  | { readonly kind: 'none' }
  | { readonly kind: 'unusable'; readonly reason: string }

/** Bytes: a key that somebody thought of instead of drawing it is short. */
const shortestKey = 32

/** Setting `answer_key`, or beside the preferences. */
export function findKeyPath({
  answerKey,
  preferencesDir,
}: Pick<Configuration, 'answerKey' | 'preferencesDir'>): string {
  return answerKey || join(dirname(preferencesDir), 'answer.key')
}

/** Nothing where there is none that can be used: then answers are not signed, and no signature is believed. */
export function readAnswerKey(
  configuration: Pick<Configuration, 'answerKey' | 'preferencesDir'>,
): AnswerKey | undefined {
  const file = readKeyFile(findKeyPath(configuration))
  return file.kind === 'key' ? file.key : undefined
}

export function readKeyFile(path: string): KeyFile {
  let handle: number | undefined
  try {
    handle = openSync(path, 'r')
    // Whoever knows the key may speak for every calendar of the site.
    if ((fstatSync(handle).mode & 0o007) !== 0) return { kind: 'unusable', reason: 'everybody may read it' }
    const secret = readFileSync(handle, 'latin1').trim()
    if (secret.length < shortestKey) return { kind: 'unusable', reason: `it has less than ${shortestKey} signs` }
    return { kind: 'key', key: makeAnswerKey(secret) }
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error)
    return code === 'ENOENT' ? { kind: 'none' } : { kind: 'unusable', reason: code }
  } finally {
    if (handle !== undefined) closeSync(handle)
  }
}

export function makeAnswerKey(secret: string): AnswerKey {
  const sign = (text: string) => createHmac('sha256', secret).update(text).digest('base64')
  return {
    digest: (text) => createHash('sha256').update(text).digest('hex'),
    sign,
    isSigned(text, signature) {
      const expected = Buffer.from(sign(text), 'base64')
      const given = Buffer.from(signature, 'base64')
      return expected.length === given.length && timingSafeEqual(expected, given)
    },
  }
}
