import { describe, expect, test } from 'vitest'
import { noAuthentication } from '../../src/itip/mail-facts.ts'
import { findAuthentication, parseAuthenticationResults } from '../../src/mail/authentication-results.ts'
import { parseHeader } from '../../src/mail/header.ts'

describe('one field, RFC 8601, 2.2', () => {
  test.each([
    ['only the name', 'mail.example.com', []],
    ['nothing found', 'mail.example.com; none', []],
    [
      'several statements, folded, with comments and quotes',
      'mail.example.com 1;\n\tdkim=pass (2048-bit key; unprotected) header.d=example.org\n header.i=@example.org header.b="ab cd";\n spf = pass smtp.mailfrom=pat@example.org',
      [
        ['dkim', 'pass', { 'header.d': 'example.org', 'header.i': '@example.org', 'header.b': 'ab cd' }],
        ['spf', 'pass', { 'smtp.mailfrom': 'pat@example.org' }],
      ],
    ],
    [
      'a reason with a statement inside',
      'mail.example.com; dkim=fail reason="; dmarc=pass header.from=example.org" header.d=example.org',
      [['dkim', 'fail', { 'header.d': 'example.org' }]],
    ],
    [
      'a comment with a statement inside',
      'mail.example.com (; dmarc=pass header.from=a.example); spf=none',
      [['spf', 'none', {}]],
    ],
    [
      'a version of the method',
      'mail.example.com; DKIM/1=Pass header.D=Example.org',
      [['dkim', 'pass', { 'header.d': 'Example.org' }]],
    ],
    [
      'the first property counts',
      'm; dkim=pass header.d=a.example header.d=b.example',
      [['dkim', 'pass', { 'header.d': 'a.example' }]],
    ],
  ])('%s', (_, value, results) => {
    const parsed = parseAuthenticationResults(value.replaceAll('\n', ''))
    expect(
      parsed?.results.map(({ method, result, properties }) => [method, result, Object.fromEntries(properties)]),
    ).toEqual(results)
  })

  test.each([[''], ['mail.example.com 2; dkim=pass header.d=example.org'], ['; dkim=pass']])(
    '%o says nothing',
    (value) => {
      expect(parseAuthenticationResults(value)).toBeUndefined()
    },
  )
})

const trust = { authservId: 'mx.example.com', localDomains: ['example.com'] }
const passed = 'Authentication-Results: mx.example.com; dmarc=pass header.from=example.org'
const byUs = 'Received: from out.example.org (out.example.org [192.0.2.1]) by mx.example.com (Postfix) with ESMTPS id 1'
const byOthers = 'Received: from desk by out.example.org with ESMTPSA id 2'
const find = (...lines: readonly string[]) =>
  findAuthentication(parseHeader(Buffer.from([...lines, '', ''].join('\r\n'))), trust)

describe('which fields are believed, RFC 8601, 5', () => {
  test('above and below our own Received, above the first of others', () => {
    const dmarc = { ...noAuthentication, dmarc: ['example.org'] }
    expect(find(passed, byUs, byOthers)).toEqual(dmarc)
    expect(find(byUs, passed, byOthers)).toEqual(dmarc)
    expect(find('Received: by inner.example.com id 3', byUs, passed, byOthers)).toEqual(dmarc)
  })

  test.each([
    ['below the first Received of others', [byUs, byOthers, passed]],
    ['with another name', [byUs, passed.replace('mx.example.com', 'mx.example.net'), byOthers]],
    [
      'with a name that only begins like ours',
      [byUs, passed.replace('mx.example.com', 'mx.example.com.example.net'), byOthers],
    ],
    ['in the body', [byUs, '', passed]],
    ['without pass', [byUs, passed.replace('=pass', '=fail'), byOthers]],
    [
      'below a Received that names us in a comment only',
      ['Received: from desk ( by mx.example.com ) by out.example.org', passed],
    ],
    ['below a statement of our own about the same method', [byUs, passed.replace('=pass', '=none'), passed]],
    [
      'in the same field behind such a statement that it names in a comment',
      [byUs, passed.replace('=pass', '=fail (dmarc=pass)'), passed],
    ],
    ['below a Received that names nobody', [byUs, 'Received: from nowhere', passed]],
  ])('not %s', (_, lines) => expect(find(...lines)).toEqual(noAuthentication))

  test('several of ours, each about a method of its own', () => {
    expect(find(byUs, 'Authentication-Results: mx.example.com; spf=pass smtp.mailfrom=example.org', passed)).toEqual({
      ...noAuthentication,
      spf: ['example.org'],
      dmarc: ['example.org'],
    })
  })

  test('none where the site has no name', () => {
    expect(findAuthentication(parseHeader(Buffer.from(`${passed}\r\n\r\n`)), { ...trust, authservId: '' })).toEqual(
      noAuthentication,
    )
  })

  test('what each method proves, RFC 8601, 2.7', () => {
    expect(
      find(
        'Authentication-Results: mx.example.com; dkim=pass header.d=Example.org; dkim=pass header.i=@list.example.net;',
        ' dkim=fail header.d=example.net; spf=pass smtp.mailfrom=bounce@news.example.org; auth=pass smtp.auth=Pat@example.com',
      ),
    ).toEqual({
      dmarc: [],
      dkim: ['example.org', 'list.example.net'],
      spf: ['news.example.org'],
      login: ['pat@example.com'],
    })
  })
})
