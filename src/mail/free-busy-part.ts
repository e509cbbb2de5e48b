// Free/busy as a part of its own beside an answer or a summary. RFC 6047, 2.4; docs/free-busy-publishing.md says what programs make of it.
import { serializeCalendar, type WritableCalendar } from '../calendar/serialize.ts'
import { encodeBase64Lines } from './transfer-encoding.ts'

/**
 * An attachment, so that programs that look for one calendar in a mail take the other, which stands in the text; yet of the type
 * and with the method that lets programs that look for all find it. Begins with its header, ends without a line end.
 */
export function composeFreeBusyPart(calendar: WritableCalendar): string {
  return [
    'Content-Type: text/calendar; charset=UTF-8; method=PUBLISH;\r\n component=VFREEBUSY; name="freebusy.ics"\r\n',
    'Content-Disposition: attachment; filename="freebusy.ics"\r\n',
    'Content-Transfer-Encoding: base64\r\n\r\n',
    encodeBase64Lines(serializeCalendar(calendar)),
  ].join('')
}
