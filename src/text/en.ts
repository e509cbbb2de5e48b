// The texts in English.
import type { Texts } from './texts.ts'

export const en: Texts = {
  subject: {
    accepted: 'Accepted: ',
    tentative: 'Tentative: ',
    declined: 'Declined: ',
    'new-time': 'New time proposed: ',
    refresh: 'Please send again: ',
    current: 'Current version: ',
    'free-busy': 'Free/busy: ',
  },
  headline: {
    accepted: (name) => `${name} has accepted this invitation.`,
    tentative: (name) => `${name} has tentatively accepted this invitation.`,
    declined: (name) => `${name} has declined this invitation.`,
    'new-time': (name) => `${name} proposes a new time for this invitation.`,
    refresh: (name) => `${name} asks for the current version of this event.`,
    current: (name) => `This is the current version of an event of ${name}, sent because you asked for it.`,
    'free-busy': (name) => `This is when ${name} is busy, as far as it is shared.`,
  },
  what: 'What:',
  when: 'When:',
  where: 'Where:',
  untitled: '(untitled)',
  taken: (dates, more) =>
    `Already taken: ${dates.join('; ')}${more === 0 ? '' : `; and ${more} more ${more === 1 ? 'date' : 'dates'}`}.`,
  freeBusy: {
    taken: (times, more) => `Busy: ${times.join('; ')}${more === 0 ? '' : `; and ${more} more`}.`,
    none: 'Nothing is taken in this time.',
    cut: 'Of a longer time only the first year is told.',
  },
  reasons: {
    'no-policy': () => 'It cannot be booked automatically.',
    'cancelled-by-hand': () => 'The booking was cancelled by the administrator of this calendar.',
    'no-start': () => 'The invitation does not say when it begins.',
    'end-before-start': () => 'The invitation ends before it begins.',
    'no-organizer': notUnderstood,
    'two-organizers': notUnderstood,
    'two-starts': notUnderstood,
    'several-uids': notUnderstood,
    'mixed-components': notUnderstood,
    'property-twice': notUnderstood,
    'range-not-booked': notUnderstood,
    'unknown-zone': notUnderstood,
    'bad-date': notUnderstood,
    'bad-duration': notUnderstood,
    'bad-rule': notUnderstood,
    'endless-rule': notUnderstood,
    'unsupported-rule': notUnderstood,
    'rule-yields-nothing': notUnderstood,
    'too-many-occurrences': notUnderstood,
    'too-much-work': notUnderstood,
    'too-large': notUnderstood,
  },
}

function notUnderstood(detail: string): string {
  return `The invitation could not be processed: ${detail}.`
}
