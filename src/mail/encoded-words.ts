// Encoded words in header values: `=?UTF-8?B?…?=`. RFC 2047.

/** The text with its encoded words decoded; what cannot be decoded stays as it is. */
export function decodeWords(value: string): string {
  if (!value.includes('=?')) return value
  let text = ''
  let rest = 0
  // Neighbours in one charset are decoded together: senders cut characters in two, though RFC 2047, 5 forbids it.
  let run: Run | undefined
  for (const match of value.matchAll(wordPattern)) {
    const [word, charset = '', encoding = '', content = ''] = match
    const between = value.slice(rest, match.index)
    const bytes = decodeWord(encoding, content)
    // RFC 2047, 6.2: blanks between two encoded words are not shown.
    if (run && run.charset === charset.toLowerCase() && /^\s*$/.test(between)) {
      run.pieces.push(bytes)
      run.words += between + word
    } else {
      text += decodeRun(run) + (run && /^\s*$/.test(between) ? '' : between)
      run = { charset: charset.toLowerCase(), pieces: [bytes], words: word }
    }
    rest = match.index + word.length
  }
  return text + decodeRun(run) + value.slice(rest)
}

interface Run {
  readonly charset: string
  readonly pieces: Uint8Array[]
  words: string
}

// RFC 2231, 5: the charset may be followed by a language.
const wordPattern = /=\?([^?\s*]{1,40})(?:\*[^?\s]{0,40})?\?([BbQq])\?([^?]*)\?=/g

function decodeWord(encoding: string, content: string): Uint8Array {
  if (encoding === 'B' || encoding === 'b') return Buffer.from(content, 'base64')
  const text = content
    .replaceAll('_', ' ')
    .replace(/=([0-9A-Fa-f]{2})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 16)))
  return Buffer.from(text, 'latin1')
}

function decodeRun(run: Run | undefined): string {
  if (!run) return ''
  try {
    return new TextDecoder(run.charset).decode(Buffer.concat(run.pieces))
  } catch {
    return run.words
  }
}
