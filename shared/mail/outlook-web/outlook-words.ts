/** Source: Outlook's own translations. */

export interface OutlookWords {
  readonly unread: readonly string[];
  readonly from: readonly string[];
  readonly to: readonly string[];
  readonly cc: readonly string[];
  readonly bcc: readonly string[];
}

const byLanguage: Readonly<Record<string, OutlookWords>> = {
  en: { unread: ['unread'], from: ['from'], to: ['to'], cc: ['cc'], bcc: ['bcc'] },
  el: {
    unread: ['μη αναγνωσμένο', 'μη αναγνωσμένα'],
    from: ['από'],
    to: ['προς'],
    cc: ['κοιν.', 'κοιν'],
    bcc: ['κρυφή κοιν.', 'ιδιαίτ. κοιν.'],
  },
  de: { unread: ['ungelesen'], from: ['von'], to: ['an'], cc: ['cc'], bcc: ['bcc'] },
  fr: { unread: ['non lu', 'non lus'], from: ['de'], to: ['à'], cc: ['cc'], bcc: ['cci'] },
  es: { unread: ['no leído', 'no leídos'], from: ['de'], to: ['para'], cc: ['cc'], bcc: ['cco'] },
  it: { unread: ['da leggere', 'non letto'], from: ['da'], to: ['a'], cc: ['cc'], bcc: ['ccn'] },
  ru: { unread: ['непрочитанное', 'непрочитанные'], from: ['от'], to: ['кому'], cc: ['копия'], bcc: ['ск'] },
};

/** @param language BCP 47; default: English */
export function outlookWords(language: string): OutlookWords {
  return byLanguage[language.split('-')[0]?.toLowerCase() ?? ''] ?? (byLanguage['en'] as OutlookWords);
}

/** "To", "To:", "Προς" */
export function addressLine(label: string, words: OutlookWords): 'from' | 'to' | 'cc' | 'bcc' | undefined {
  const bare = label
    .trim()
    .toLowerCase()
    .replace(/[:\s]+$/, '');
  return (['from', 'to', 'cc', 'bcc'] as const).find((line) => words[line].includes(bare));
}

export function isUnread(label: string, words: OutlookWords): boolean {
  const bare = label.trim().toLowerCase();
  return words.unread.some((word) => bare.startsWith(word));
}
