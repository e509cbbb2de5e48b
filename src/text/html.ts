// HTML that is escaped by construction: text becomes markup only here, and nothing else is taken for markup.

export interface Markup {
  readonly markup: string
}

type Content = string | Markup

/** An element; strings among its content are text. Attributes are values, never markup. */
export function makeElement(
  name: ElementName,
  attributes: Readonly<Record<string, string>>,
  ...content: readonly Content[]
): Markup {
  const given = Object.entries(attributes).map(([attribute, value]) => ` ${attribute}="${escapeMarkup(value)}"`)
  const opening = `<${name}${given.join('')}>`
  if (withoutContent.has(name)) return { markup: opening }
  return { markup: `${opening}${content.map(serializeContent).join('')}</${name}>` }
}

export function makeDocument(language: string, title: string, ...content: readonly Content[]): Markup {
  const head = makeElement('head', {}, makeElement('meta', { charset: 'utf-8' }), makeElement('title', {}, title))
  const body = makeElement('body', {}, ...content)
  return { markup: `<!DOCTYPE html>\n${makeElement('html', { lang: language }, head, body).markup}\n` }
}

export type ElementName =
  | 'a'
  | 'blockquote'
  | 'body'
  | 'br'
  | 'h2'
  | 'head'
  | 'html'
  | 'li'
  | 'meta'
  | 'p'
  | 'table'
  | 'td'
  | 'th'
  | 'title'
  | 'tr'
  | 'ul'

const withoutContent: ReadonlySet<ElementName> = new Set(['br', 'meta'])

function serializeContent(content: Content): string {
  return typeof content === 'string' ? escapeMarkup(content) : content.markup
}

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

function escapeMarkup(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => escapes[sign] ?? sign)
}
