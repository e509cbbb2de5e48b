// Bounds of what is taken apart; each has its reason. Beyond one of them the mail has a fault and is handed on unchanged.

/** Bytes of a mail: mail systems seldom carry more, and taking it apart needs its memory several times. */
export const largestMail = 50 * 1024 * 1024

/** Bytes of a calendar part, decoded: room for an attachment inside the invitation, but what is recorded is kept for years. */
export const largestPart = 10 * 1024 * 1024

/** Nodes of the MIME tree: a digest has dozens; every line of a mail is compared with the boundaries around it. */
export const mostNodes = 250

/** Multiparts inside one another that are read without mailparser: signed, mixed, related and alternative make four. */
export const deepestPlain = 8

/** Bytes of one header: mail systems stop at 100 KB, and every byte of it is looked at several times. */
export const largestHeader = 256 * 1024

/** Fields of a header that are kept: a hundred Received fields are a mail loop. */
export const mostFields = 2_000

/** Addresses of a header that are kept: mails to larger crowds name a list. */
export const mostAddresses = 1_000

/** Message-IDs kept of References: a thread of years. */
export const mostReferences = 100

/** Results of Authentication-Results that are kept: a mail with a dozen signatures is a mailing list's. */
export const mostAuthenticationResults = 100

/** Messages of a mail, one for each UID: a published season has hundreds; each is a commit, and may be an answer. */
export const mostMessages = 500

/** Milliseconds for taking a mail apart with mailparser: bounds what nobody has thought of; ordinary mails take one. */
export const longestParsing = 20_000
