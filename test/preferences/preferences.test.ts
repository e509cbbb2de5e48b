import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { defaultAddressRules } from '../../src/calendar/calendar-address.ts'
import { loadConfig } from '../../src/config/load-config.ts'
import { options } from '../../src/config/options.ts'
import { makePreferencePlace } from '../../src/config/preference-place.ts'
import { TemporaryFailure } from '../../src/failure.ts'
import { encodeFileName } from '../../src/file-names.ts'
import { makeSiteSettings } from '../../src/preferences/make-site-settings.ts'
import { type PreferencePlace, readPreferences, readPreferenceText } from '../../src/preferences/read-preferences.ts'
import { isPreferenceFault, parsePreferenceLines, preferenceSettings } from '../../src/preferences/settings.ts'
import { removePreference, writePreference } from '../../src/preferences/write-preference.ts'

const room = 'mailto:room@example.com'
const permissions = { file: 0o640, directory: 0o750 }

let root = ''
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'imip-preferences-'))
})
afterAll(() => rmSync(root, { recursive: true, force: true }))

let count = 0
function makePlace(files: Record<string, string> = {}, defaults: Record<string, string> = {}): PreferencePlace {
  count += 1
  const directory = join(root, String(count))
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(directory, path, '..'), { recursive: true })
    writeFileSync(join(directory, path), text)
  }
  return { directory, defaults: new Map(Object.entries(defaults)), addresses: defaultAddressRules }
}

describe('reading', () => {
  test('without files the defaults hold', () => {
    expect(readPreferences(makePlace(), room)).toEqual({
      participating: true,
      commonName: '',
      language: 'en',
      zone: 'UTC',
      addresses: [],
      delegates: [],
      owner: '',
      bookingRules: expect.objectContaining({ bookingWindow: 31_536_000, seriesBeyondWindow: 'cut', workingHours: [] }),
      schedulingFunctions: [{ name: 'schedule_in_freebusy', arguments: [] }],
      freeBusySharing: false,
      freeBusyInside: 'full',
      freeBusyOutside: 'rounded',
      freeBusyAsked: false,
      freeBusyMessages: false,
      freeBusyPublishing: false,
      availability: undefined,
      poolAnswer: 'accept',
      freeBusyBundling: false,
      offerDuration: 0,
      counterStyle: 'auto',
      occurrenceAnswers: 'separate',
      conflictTolerance: undefined,
      clashDetails: 'local-organizer',
      addMethodResponse: 'automatic',
      eventRefreshing: false,
      incoming: 'message-only',
      organizerReplacement: 'automatic',
      senderCheck: 'auto',
    })
  })

  test('every preference from its file', () => {
    const place = makePlace({
      [`${room}/CN`]: 'Møterom 1\n',
      [`${room}/LANG`]: 'nb\r\n',
      [`${room}/TZID`]: 'Europe/Oslo',
      [`${room}/participating`]: 'no\n',
      [`${room}/addresses`]: '# before the move\nBig.Room+x@EXAMPLE.com\n\n*@Old.example.com\n',
      [`${room}/delegates`]: 'secretary\nmailto:boss@example.com\n',
      [`${room}/owner`]: 'mailto:Facilities@example.com\n',
      [`${room}/scheduling_function`]: 'schedule_in_freebusy   2\n',
      [`${room}/freebusy_sharing`]: 'share',
      [`${room}/freebusy_publishing`]: 'publish',
      [`${room}/freebusy_offers`]: 'P1DT30M\n',
      [`${room}/counter_style`]: 'reply',
      [`${room}/occurrence_answers`]: 'together',
      [`${room}/conflict_tolerance`]: '20%\n',
      [`${room}/clash_details`]: 'all',
      [`${room}/notes.txt~`]: 'nobody reads this',
    })
    expect(readPreferences(place, room)).toEqual({
      participating: false,
      commonName: 'Møterom 1',
      language: 'nb',
      zone: 'Europe/Oslo',
      addresses: ['mailto:big.room@example.com', '*@old.example.com'],
      delegates: ['secretary', 'mailto:boss@example.com'],
      owner: 'Facilities@example.com',
      bookingRules: expect.objectContaining({ bookingWindow: 31_536_000, seriesBeyondWindow: 'cut', workingHours: [] }),
      schedulingFunctions: [{ name: 'schedule_in_freebusy', arguments: ['2'] }],
      freeBusySharing: true,
      freeBusyInside: 'full',
      freeBusyOutside: 'rounded',
      freeBusyAsked: false,
      freeBusyMessages: false,
      freeBusyPublishing: true,
      availability: undefined,
      poolAnswer: 'accept',
      freeBusyBundling: false,
      offerDuration: 88_200,
      counterStyle: 'reply',
      occurrenceAnswers: 'together',
      conflictTolerance: { kind: 'percentage', most: 20 },
      clashDetails: 'all',
      addMethodResponse: 'automatic',
      eventRefreshing: false,
      incoming: 'message-only',
      organizerReplacement: 'automatic',
      senderCheck: 'auto',
    })
  })

  test("the user's file over the domain's over the site's default", () => {
    const defaults = { participating: 'no', LANG: 'nb', TZID: 'Europe/Oslo' }
    const place = makePlace(
      { '@example.com/LANG': 'fr', '@example.com/TZID': 'Europe/Paris', [`${room}/TZID`]: 'Asia/Tokyo' },
      defaults,
    )
    const preferences = readPreferences(place, room)
    expect(preferences.participating).toBe(false)
    expect(preferences.language).toBe('fr')
    expect(preferences.zone).toBe('Asia/Tokyo')
    expect(readPreferences(place, 'mailto:room@example.org').language).toBe('nb')
  })

  test("an empty file takes the domain's value away", () => {
    const place = makePlace({ '@example.com/owner': 'facilities@example.com', [`${room}/owner`]: '' })
    expect(readPreferences(place, room).owner).toBe('')
    expect(readPreferences(place, 'mailto:other@example.com').owner).toBe('facilities@example.com')
  })

  test('the path of a name is safe', () => {
    const user = 'mailto:../../x/y@example.com'
    const place = makePlace({ [`${encodeFileName(user)}/CN`]: 'inside' })
    expect(readPreferences(place, user).commonName).toBe('inside')
    expect(readdirSync(place.directory)).toEqual(['mailto:..%2F..%2Fx%2Fy@example.com'])
  })
})

describe('a wrong value is a temporary failure that names file, line and reason', () => {
  test.each([
    [
      'scheduling_function',
      'schedule_in_freebussy',
      'line 1: scheduling_function names schedule_in_freebussy, which is not a scheduling function; there are: schedule_in_freebusy, schedule_corrected_in_freebusy, schedule_next_available_in_freebusy, schedule_across_network, same_domain_only, access_control_list, check_quota, schedule_across_quota, schedule_for_delegate',
    ],
    [
      'scheduling_function',
      'schedule_in_freebusy\nsame_domain_only please',
      'line 2: scheduling_function names same_domain_only, which takes nothing behind its name',
    ],
    [
      'scheduling_function',
      '\nschedule_in_freebusy many',
      'line 2: scheduling_function names schedule_in_freebusy, which takes one number at most: how many events may overlap',
    ],
    ['scheduling_function', '', 'line 1: scheduling_function must not be empty'],
    ['participating', 'maybe', 'line 1: participating must be one of participate, no'],
    ['participating', '', 'line 1: participating must be one of participate, no'],
    ['TZID', 'here and there', 'line 1: TZID must be a zone such as Europe/Oslo'],
    ['LANG', '../en', 'line 1: LANG must be a language such as en'],
    ['addresses', 'a@example.com\nnobody', 'line 2: addresses must be a mail address, or *@ and a domain'],
    ['delegates', 'pat and kim', 'line 1: delegates must be a login or an address without blanks'],
    ['owner', 'nobody', 'line 1: owner must be a mail address'],
    ['CN', 'one\ntwo', 'line 2: CN must be a single line'],
    ['CN', 'Room \u0001', 'line 1: CN must be UTF-8 text without control characters'],
  ])('%s: %j', (name, text, reason) => {
    const place = makePlace({ [`${room}/${name}`]: text })
    expect(() => readPreferences(place, room)).toThrow(
      new TemporaryFailure(`${place.directory}/${room}/${name}, ${reason}`),
    )
  })

  test('a text that is not UTF-8', () => {
    const place = makePlace({ [`${room}/LANG`]: 'en' })
    writeFileSync(`${place.directory}/${room}/CN`, Buffer.from([0x4d, 0xf8, 0x74, 0x65]))
    expect(() => readPreferences(place, room)).toThrow(/CN, line 1: CN must be UTF-8 text/)
  })

  test("the site's default", () => {
    expect(() => readPreferences(makePlace({}, { LANG: '!' }), room)).toThrow(
      new TemporaryFailure('default of the preference LANG, line 1: LANG must be a language such as en'),
    )
  })

  test('a directory in the place of a file', () => {
    const place = makePlace({ [`${room}/CN/x`]: '' })
    expect(() => readPreferences(place, room)).toThrow(/mailto:room@example.com\/CN: cannot be read: EISDIR/)
  })
})

describe('writing', () => {
  test('checked, whole, with the wanted permissions', () => {
    const place = makePlace()
    expect(writePreference(place.directory, room, 'LANG', 'nb', permissions)).toBeUndefined()
    const file = `${place.directory}/${room}/LANG`
    expect(readFileSync(file, 'utf8')).toBe('nb\n')
    expect(statSync(file).mode & 0o7777).toBe(0o640)
    expect(readdirSync(`${place.directory}/${room}`)).toEqual(['LANG'])
    expect(readPreferenceText(place, room, 'LANG')).toEqual({ text: 'nb\n', from: file })
    expect(removePreference(place.directory, room, 'LANG')).toBe(true)
    expect(removePreference(place.directory, room, 'LANG')).toBe(false)
    expect(readPreferenceText(place, room, 'LANG')).toEqual({ text: 'en', from: undefined })
  })

  test('for a whole domain', () => {
    const place = makePlace()
    writePreference(place.directory, '@example.com', 'owner', 'facilities@example.com', permissions)
    expect(readPreferences(place, room).owner).toBe('facilities@example.com')
  })

  test.each([
    ['LANGUAGE', 'en', 'LANGUAGE is not a preference'],
    ['../x', 'en', '../x is not a preference'],
    ['toString', 'en', 'toString is not a preference'],
    ['participating', 'maybe', 'line 1: participating must be one of participate, no'],
    ['scheduling_function', 'x', expect.stringContaining('x, which is not a scheduling function')],
  ])('%s = %j is refused and nothing is made', (name, text, reason) => {
    const place = makePlace()
    expect(writePreference(place.directory, room, name, text, permissions)).toEqual(reason)
    expect(() => readdirSync(place.directory)).toThrow()
  })

  test('an address too long for a file name has its true name inside', () => {
    const place = makePlace()
    const user = `mailto:${'x'.repeat(250)}@example.com` as const
    writePreference(place.directory, user, 'CN', 'Long', permissions)
    const [name = ''] = readdirSync(place.directory)
    expect(name).toMatch(/^%sha256-/)
    expect(readFileSync(`${place.directory}/${name}/%name`, 'utf8')).toBe(`${user}\n`)
    expect(readPreferences(place, user).commonName).toBe('Long')
  })
})

describe('the table', () => {
  test.each(Object.entries(preferenceSettings))('%s: default, example and system setting fit', (_, setting) => {
    const lines = parsePreferenceLines(setting, setting.default)
    expect(isPreferenceFault(lines)).toBe(false)
    if ('example' in setting) expect(isPreferenceFault(parsePreferenceLines(setting, setting.example))).toBe(false)
    if (!('siteSetting' in setting)) return
    const system = options.get(setting.siteSetting)
    expect(system).toBeDefined()
    if ('values' in setting) expect(system?.values).toEqual(setting.values)
  })

  test('the configuration gives every default', () => {
    const configuration = loadConfig({
      environment: { IMIP_AGENT_LANG: 'nb', IMIP_AGENT_SHARING_DEFAULT: 'share', IMIP_AGENT_TZID: 'Europe/Oslo' },
      file: undefined,
      overrides: [{ name: 'preferences_dir', value: join(root, 'none'), from: 'test' }],
    })
    const preferences = readPreferences(makePreferencePlace(configuration), room)
    expect(preferences.language).toBe('nb')
    expect(preferences.zone).toBe('Europe/Oslo')
    expect(preferences.freeBusySharing).toBe(true)
    expect(preferences.freeBusyPublishing).toBe(false)
  })
})

test('what decisions see of the site has addresses in one spelling', () => {
  const site = makeSiteSettings({
    recipientDelimiter: '+',
    localPartCase: 'fold',
    localDomains: ['Example.COM'],
    outgoingAuthority: 'login',
    resourceOrganizers: 'local',
    schedulingAccounts: ['groupware'],
    imipCounterAsRequest: false,
    authservId: 'mx.example.com',
    unverifiedRequest: 'refuse',
    trustedNetworks: [],
    schedulerServices: new Map(),
    heldAge: 1209600,
    heldLimit: 200,
    othersAge: 2_592_000,
    freebusyHorizon: 31_622_400,
    freebusyOutsideHorizon: 5_184_000,
    freebusyRequests: 10,
    groups: new Map([['Team@Example.com', ['A+x@example.com', 'mailto:a@example.com', 'b@example.com']]]),
  })
  expect(site.localDomains).toEqual(['example.com'])
  expect([...site.groups]).toEqual([['mailto:team@example.com', ['mailto:a@example.com', 'mailto:b@example.com']]])
})
