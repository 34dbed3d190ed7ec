/** Spaces around, invisible characters, or groups of four, as which providers display app passwords. */
const extra =
  /^\s|\s$|[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]|^[a-z0-9]{4}(?:\s+[a-z0-9]{4}){2,}$/i;

/** Returns whether a typed or pasted password has spaces that XPO Admin leaves out when it signs in to the mail server. */
export const hasExtraSpaces = (password: string): boolean => extra.test(password);
