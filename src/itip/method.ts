// The methods of iTIP and who may send them. RFC 5546, 1.4.

export type Method = 'PUBLISH' | 'REQUEST' | 'REPLY' | 'ADD' | 'CANCEL' | 'REFRESH' | 'COUNTER' | 'DECLINECOUNTER'

/** Which side of the conversation a method speaks for. RFC 5546, 1.4: table of methods. */
export const senderOfMethod: Readonly<Record<Method, 'organizer' | 'attendee'>> = {
  PUBLISH: 'organizer',
  REQUEST: 'organizer',
  REPLY: 'attendee',
  ADD: 'organizer',
  CANCEL: 'organizer',
  REFRESH: 'attendee',
  COUNTER: 'attendee',
  DECLINECOUNTER: 'organizer',
}

export function isMethod(text: string): text is Method {
  return Object.hasOwn(senderOfMethod, text)
}
