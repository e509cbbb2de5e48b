// Names of time zones as programs write them, and the IANA names they may mean.
import { windowsZones } from './windows-zones.ts'

export interface ZoneNames {
  /** IANA names of a certain place, the likeliest first. */
  readonly places: readonly string[]
  /** Names and offsets (in seconds) that stand for no certain place: to be used where nothing better is known. */
  readonly guesses: readonly (string | number)[]
}

/** What a TZID may mean, in order of trust. */
export function listForeignNames(tzid: string): ZoneNames {
  const name = readPlainName(tzid)
  if (name === '' || name.length > longestName) return { places: [], guesses: [] }
  const places = [...listPrefixed(name), ...listNamed(name)]
  return {
    places: [...new Set(places.flatMap((place) => [place, ...(renamed.get(place) ?? [])]))],
    guesses: [...new Set(listGuesses(name))],
  }
}

/** A TZID without what some programs put around it: quotes, blanks, a colon at the end. */
export function readPlainName(tzid: string): string {
  // Quirk: old mail servers quote twice; Outlook's exports end names with a colon, see docs/quirks.md.
  return tzid.replace(/^[\s"']+|[\s"':]+$/g, '')
}

/** The longest display name of Windows has 60 characters; prefixes may double it. */
const longestName = 200

/** `Europe/Berlin`, also behind a prefix such as `/mozilla.org/20050126_1/Europe/Berlin`. */
function listPrefixed(name: string): readonly string[] {
  const segments = name
    .replaceAll(' ', '_')
    .split('/')
    .filter((segment) => segment !== '')
    .slice(-6)
  const names: string[] = []
  for (let at = 0; at + 2 <= segments.length; at++) {
    const candidate = segments.slice(at).join('/')
    names.push(candidate)
    const spelled = candidate
      .toLowerCase()
      .replace(/(^|[/_-])([a-z])/g, (_, before: string, letter: string) => before + letter.toUpperCase())
    if (spelled !== candidate) names.push(spelled)
  }
  return names
}

/** Quirk: Outlook and Exchange use names of Windows, of the registry or as the user sees them, see docs/quirks.md. */
function listNamed(name: string): readonly string[] {
  const lower = name.toLowerCase()
  const registry =
    findWindows(lower) ??
    // Quirk: Outlook counts zones of the same name, `W. Europe Standard Time 1`, see docs/quirks.md.
    findWindows(lower.replace(/[\s_]+\d+$/, '')) ??
    findWindows(lower.replace(/ (daylight|summer) time\b/, ' standard time'))
  if (registry !== undefined) return [registry]
  // Quirk: Exchange writes `tzone://Microsoft/Utc`; `tzone://Microsoft/Custom` says nothing, see docs/quirks.md.
  if (/^tzone:\/\/microsoft\/utc$/.test(lower) || lower === 'microsoft/utc') return ['Etc/UTC']
  // `(UTC+01:00) Amsterdam, Berlin, …`, `(GMT) Greenwich Mean Time : Dublin, Edinburgh, …`
  const shown = lower.replace(/^\((?:utc|gmt)[^)]*\)\s*/, '').replace(/^greenwich mean time\s*:\s*/, '')
  for (const phrase of shown.split(/\s*[,/]\s*|\s+-\s+/)) {
    const place = shownPlaces.get(phrase.trim())
    if (place !== undefined) return [place]
  }
  return []
}

function findWindows(lower: string): string | undefined {
  return windowsZones.get(lower) ?? oldWindowsZones.get(lower)
}

/** Quirk: names without a slash, as EST or GMT-0800, mean one place here and another there, see docs/quirks.md. */
function listGuesses(name: string): readonly (string | number)[] {
  const guesses: (string | number)[] = []
  const last = name.slice(name.lastIndexOf('/') + 1)
  const known = abbreviations.get(last.toUpperCase())
  if (known !== undefined) guesses.push(known)
  if (/^[A-Za-z0-9+-]+$/.test(last) && !isOffsetName(last)) guesses.push(last)

  // `GMT -0800 (Standard) / GMT -0700 (Daylight)`
  const pair =
    /^(?:gmt|utc)\s*([+-]\d{1,2}:?\d{2})\s*\(standard\)\s*\/\s*(?:gmt|utc)\s*([+-]\d{1,2}:?\d{2})\s*\(daylight\)$/i.exec(
      name,
    )
  if (pair?.[1] !== undefined && pair[2] !== undefined) {
    const place = pairPlaces.get(`${parseOffset(pair[1])} ${parseOffset(pair[2])}`)
    return place === undefined ? guesses : [place, ...guesses]
  }
  const fixed =
    /^(?:gmt|utc)?\s*([+-]\d{1,2}(?::?\d{2})?)(?:\s*\(standard\))?$/i.exec(name) ??
    /^\((?:gmt|utc)([+-]\d{1,2}(?::?\d{2})?)\)/i.exec(name)
  if (fixed?.[1] !== undefined) guesses.push(parseOffset(fixed[1]))
  return guesses
}

/** The tables of the world have `GMT+0` and the like with the sign turned round; people mean it as it stands. */
function isOffsetName(name: string): boolean {
  return /^(?:gmt|utc)?[+-]\d/i.test(name)
}

function parseOffset(text: string): number {
  const match = /^([+-])(\d{1,2}):?(\d{2})?$/.exec(text)
  const seconds = Number(match?.[2] ?? 0) * 3600 + Number(match?.[3] ?? 0) * 60
  return match?.[1] === '-' ? -seconds : seconds
}

/** Zones whose IANA name has changed, in both directions: tables may be older or newer than the name. */
const renamed: ReadonlyMap<string, readonly string[]> = new Map(
  [
    ['America/Buenos_Aires', 'America/Argentina/Buenos_Aires'],
    ['America/Godthab', 'America/Nuuk'],
    ['America/Indianapolis', 'America/Indiana/Indianapolis'],
    ['Asia/Calcutta', 'Asia/Kolkata'],
    ['Asia/Katmandu', 'Asia/Kathmandu'],
    ['Asia/Rangoon', 'Asia/Yangon'],
    ['Asia/Saigon', 'Asia/Ho_Chi_Minh'],
    ['Atlantic/Faeroe', 'Atlantic/Faroe'],
    ['Europe/Kiev', 'Europe/Kyiv'],
    ['Pacific/Enderbury', 'Pacific/Kanton'],
    ['Pacific/Ponape', 'Pacific/Pohnpei'],
    ['Pacific/Truk', 'Pacific/Chuuk'],
    ['US/Alaska', 'America/Anchorage'],
    ['US/Arizona', 'America/Phoenix'],
    ['US/Central', 'America/Chicago'],
    ['US/Eastern', 'America/New_York'],
    ['US/Hawaii', 'Pacific/Honolulu'],
    ['US/Mountain', 'America/Denver'],
    ['US/Pacific', 'America/Los_Angeles'],
  ].flatMap(([old = '', now = '']) => [
    [old, [now]],
    [now, [old]],
  ]),
)

/** Names of Windows that Unicode no longer lists, and one that the examples of RFC 2445 made known. */
const oldWindowsZones: ReadonlyMap<string, string> = new Map([
  ['armenian standard time', 'Asia/Yerevan'],
  ['coordinated universal time', 'Etc/UTC'],
  ['kamchatka standard time', 'Asia/Kamchatka'],
  ['mexico standard time', 'America/Mexico_City'],
  ['mexico standard time 2', 'America/Chihuahua'],
  ['mid-atlantic standard time', 'Etc/GMT+2'],
  ['us-central', 'America/Chicago'],
  ['us-eastern', 'America/New_York'],
  ['us-mountain', 'America/Denver'],
  ['us-pacific', 'America/Los_Angeles'],
])

/** First places of the names that Windows shows to users. */
const shownPlaces: ReadonlyMap<string, string> = new Map([
  ['international date line west', 'Etc/GMT+12'],
  ['aleutian islands', 'America/Adak'],
  ['hawaii', 'Pacific/Honolulu'],
  ['marquesas islands', 'Pacific/Marquesas'],
  ['alaska', 'America/Anchorage'],
  ['baja california', 'America/Tijuana'],
  ['tijuana', 'America/Tijuana'],
  ['pacific time (us & canada)', 'America/Los_Angeles'],
  ['arizona', 'America/Phoenix'],
  ['chihuahua', 'America/Chihuahua'],
  ['mazatlan', 'America/Mazatlan'],
  ['mountain time (us & canada)', 'America/Denver'],
  ['yukon', 'America/Whitehorse'],
  ['central america', 'America/Guatemala'],
  ['central time (us & canada)', 'America/Chicago'],
  ['easter island', 'Pacific/Easter'],
  ['guadalajara', 'America/Mexico_City'],
  ['saskatchewan', 'America/Regina'],
  ['bogota', 'America/Bogota'],
  ['chetumal', 'America/Cancun'],
  ['eastern time (us & canada)', 'America/New_York'],
  ['haiti', 'America/Port-au-Prince'],
  ['havana', 'America/Havana'],
  ['indiana (east)', 'America/Indianapolis'],
  ['turks and caicos', 'America/Grand_Turk'],
  ['asuncion', 'America/Asuncion'],
  ['atlantic time (canada)', 'America/Halifax'],
  ['caracas', 'America/Caracas'],
  ['cuiaba', 'America/Cuiaba'],
  ['georgetown', 'America/La_Paz'],
  ['santiago', 'America/Santiago'],
  ['newfoundland', 'America/St_Johns'],
  ['araguaina', 'America/Araguaina'],
  ['brasilia', 'America/Sao_Paulo'],
  ['cayenne', 'America/Cayenne'],
  ['buenos aires', 'America/Buenos_Aires'],
  ['city of buenos aires', 'America/Buenos_Aires'],
  ['greenland', 'America/Godthab'],
  ['montevideo', 'America/Montevideo'],
  ['punta arenas', 'America/Punta_Arenas'],
  ['saint pierre and miquelon', 'America/Miquelon'],
  ['salvador', 'America/Bahia'],
  ['azores', 'Atlantic/Azores'],
  ['cabo verde is.', 'Atlantic/Cape_Verde'],
  ['cape verde is.', 'Atlantic/Cape_Verde'],
  ['coordinated universal time', 'Etc/UTC'],
  ['dublin', 'Europe/London'],
  ['monrovia', 'Atlantic/Reykjavik'],
  ['sao tome', 'Africa/Sao_Tome'],
  ['casablanca', 'Africa/Casablanca'],
  ['amsterdam', 'Europe/Berlin'],
  ['belgrade', 'Europe/Budapest'],
  ['brussels', 'Europe/Paris'],
  ['sarajevo', 'Europe/Warsaw'],
  ['west central africa', 'Africa/Lagos'],
  ['amman', 'Asia/Amman'],
  ['athens', 'Europe/Bucharest'],
  ['beirut', 'Asia/Beirut'],
  ['cairo', 'Africa/Cairo'],
  ['chisinau', 'Europe/Chisinau'],
  ['damascus', 'Asia/Damascus'],
  ['gaza', 'Asia/Hebron'],
  ['harare', 'Africa/Johannesburg'],
  ['helsinki', 'Europe/Kiev'],
  ['jerusalem', 'Asia/Jerusalem'],
  ['juba', 'Africa/Juba'],
  ['kaliningrad', 'Europe/Kaliningrad'],
  ['khartoum', 'Africa/Khartoum'],
  ['tripoli', 'Africa/Tripoli'],
  ['windhoek', 'Africa/Windhoek'],
  ['baghdad', 'Asia/Baghdad'],
  ['istanbul', 'Europe/Istanbul'],
  ['kuwait', 'Asia/Riyadh'],
  ['minsk', 'Europe/Minsk'],
  ['moscow', 'Europe/Moscow'],
  ['nairobi', 'Africa/Nairobi'],
  ['volgograd', 'Europe/Volgograd'],
  ['tehran', 'Asia/Tehran'],
  ['abu dhabi', 'Asia/Dubai'],
  ['astrakhan', 'Europe/Astrakhan'],
  ['baku', 'Asia/Baku'],
  ['izhevsk', 'Europe/Samara'],
  ['port louis', 'Indian/Mauritius'],
  ['saratov', 'Europe/Saratov'],
  ['tbilisi', 'Asia/Tbilisi'],
  ['yerevan', 'Asia/Yerevan'],
  ['kabul', 'Asia/Kabul'],
  ['ashgabat', 'Asia/Tashkent'],
  ['tashkent', 'Asia/Tashkent'],
  ['ekaterinburg', 'Asia/Yekaterinburg'],
  ['islamabad', 'Asia/Karachi'],
  ['qyzylorda', 'Asia/Qyzylorda'],
  ['chennai', 'Asia/Calcutta'],
  ['sri jayawardenepura', 'Asia/Colombo'],
  ['kathmandu', 'Asia/Katmandu'],
  ['astana', 'Asia/Almaty'],
  ['dhaka', 'Asia/Dhaka'],
  ['omsk', 'Asia/Omsk'],
  ['yangon (rangoon)', 'Asia/Rangoon'],
  ['bangkok', 'Asia/Bangkok'],
  ['barnaul', 'Asia/Barnaul'],
  ['hovd', 'Asia/Hovd'],
  ['krasnoyarsk', 'Asia/Krasnoyarsk'],
  ['novosibirsk', 'Asia/Novosibirsk'],
  ['tomsk', 'Asia/Tomsk'],
  ['beijing', 'Asia/Shanghai'],
  ['irkutsk', 'Asia/Irkutsk'],
  ['kuala lumpur', 'Asia/Singapore'],
  ['perth', 'Australia/Perth'],
  ['taipei', 'Asia/Taipei'],
  ['ulaanbaatar', 'Asia/Ulaanbaatar'],
  ['eucla', 'Australia/Eucla'],
  ['chita', 'Asia/Chita'],
  ['osaka', 'Asia/Tokyo'],
  ['pyongyang', 'Asia/Pyongyang'],
  ['seoul', 'Asia/Seoul'],
  ['yakutsk', 'Asia/Yakutsk'],
  ['adelaide', 'Australia/Adelaide'],
  ['darwin', 'Australia/Darwin'],
  ['brisbane', 'Australia/Brisbane'],
  ['canberra', 'Australia/Sydney'],
  ['guam', 'Pacific/Port_Moresby'],
  ['hobart', 'Australia/Hobart'],
  ['vladivostok', 'Asia/Vladivostok'],
  ['lord howe island', 'Australia/Lord_Howe'],
  ['bougainville island', 'Pacific/Bougainville'],
  ['chokurdakh', 'Asia/Srednekolymsk'],
  ['magadan', 'Asia/Magadan'],
  ['norfolk island', 'Pacific/Norfolk'],
  ['sakhalin', 'Asia/Sakhalin'],
  ['solomon is.', 'Pacific/Guadalcanal'],
  ['anadyr', 'Asia/Kamchatka'],
  ['auckland', 'Pacific/Auckland'],
  ['fiji', 'Pacific/Fiji'],
  ['fiji islands', 'Pacific/Fiji'],
  ['chatham islands', 'Pacific/Chatham'],
  ["nuku'alofa", 'Pacific/Tongatapu'],
  ['samoa', 'Pacific/Apia'],
  ['kiritimati island', 'Pacific/Kiritimati'],
])

/** Abbreviations and single words: many places share each of them. */
const abbreviations: ReadonlyMap<string, string> = new Map([
  ['Z', 'UTC'],
  ['BST', 'Europe/London'],
  ['CDT', 'America/Chicago'],
  ['CEST', 'Europe/Berlin'],
  ['CST', 'America/Chicago'],
  ['EDT', 'America/New_York'],
  ['EEST', 'Europe/Helsinki'],
  ['MDT', 'America/Denver'],
  ['PDT', 'America/Los_Angeles'],
  ['PST', 'America/Los_Angeles'],
  ['WEST', 'Europe/Lisbon'],
  ['CENTRAL', 'America/Chicago'],
  ['EASTERN', 'America/New_York'],
  ['MOUNTAIN', 'America/Denver'],
  ['PACIFIC', 'America/Los_Angeles'],
])

/** Standard and daylight offset in seconds: where most people live who have both. */
const pairPlaces: ReadonlyMap<string, string> = new Map([
  ['-36000 -32400', 'America/Adak'],
  ['-32400 -28800', 'America/Anchorage'],
  ['-28800 -25200', 'America/Los_Angeles'],
  ['-25200 -21600', 'America/Denver'],
  ['-21600 -18000', 'America/Chicago'],
  ['-18000 -14400', 'America/New_York'],
  ['-14400 -10800', 'America/Halifax'],
  ['-12600 -9000', 'America/St_Johns'],
  ['-3600 0', 'Atlantic/Azores'],
  ['0 3600', 'Europe/London'],
  ['3600 7200', 'Europe/Berlin'],
  ['7200 10800', 'Europe/Helsinki'],
  ['34200 37800', 'Australia/Adelaide'],
  ['36000 39600', 'Australia/Sydney'],
  ['43200 46800', 'Pacific/Auckland'],
])
