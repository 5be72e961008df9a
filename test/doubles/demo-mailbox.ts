export interface DemoContact {
  readonly name: string;
  readonly email: string;
}

export interface DemoMail {
  readonly raw: string;
  readonly labelIds: readonly string[];
  readonly receivedAt: Date;
}

export const demoContacts: readonly DemoContact[] = [
  { name: 'Maria Georgiou', email: 'maria.georgiou@mail.example' },
  { name: 'Jan de Vries', email: 'jan.devries@post.example' },
  { name: 'Olga Petrova', email: 'olga.petrova@pochta.example' },
  { name: 'Claire Dubois', email: 'claire.dubois@courriel.example' },
  { name: 'Thomas Müller', email: 'thomas.mueller@post.example' },
  { name: 'Νίκος Παπαδόπουλος', email: 'nikos.papadopoulos@mail.example' },
  { name: 'Emma Wilson', email: 'emma.wilson@mail.example' },
  { name: 'Ahmed Haddad', email: 'ahmed.haddad@mail.example' },
];

type Line = readonly [who: 'them' | 'us', hoursAgo: number, text: string];

interface Thread {
  readonly with: DemoContact;
  readonly subject: string;
  readonly lines: readonly Line[];
  readonly unread?: boolean;
  readonly labels?: readonly string[];
  readonly attachment?: { readonly name: string; readonly type: string };
}

const contact = (index: number) => demoContacts[index] as DemoContact;
const stranger = (name: string, email: string): DemoContact => ({ name, email });

const threads: readonly Thread[] = [
  {
    with: contact(0),
    subject: 'Villa in Peyia with sea view',
    lines: [
      [
        'them',
        75,
        'Good morning,\n\nwe saw the villa in Peyia (ref. PEY-204) and would like to know whether the price of EUR ' +
          '485,000 is negotiable. Is the title deed issued?\n\nKind regards\nMaria',
      ],
      [
        'us',
        72,
        'Dear Maria,\n\nthe title deed is there, and the owners would consider an offer. Would Saturday at 11:00 ' +
          'suit you for a viewing?\n\nBest regards\nThe agency',
      ],
      ['them', 70, 'Saturday at 11 is perfect. We will bring our architect.\n\nMaria'],
    ],
    unread: true,
  },
  {
    with: contact(1),
    subject: 'Apartment in Kato Paphos: documents',
    lines: [
      [
        'us',
        170,
        'Dear Jan,\n\nplease find the floor plan and the energy certificate attached.\n\nBest regards\nThe agency',
      ],
      [
        'them',
        150,
        'Thank you! One question: are the communal fees of EUR 65 a month including the pool?\n\nGroeten\nJan',
      ],
      ['us', 148, 'They are, and the lift too.'],
    ],
    attachment: { name: 'floor-plan.pdf', type: 'application/pdf' },
  },
  {
    with: contact(2),
    subject: 'Дом в Лимассоле',
    lines: [
      [
        'them',
        40,
        'Добрый день!\n\nИщем дом с тремя спальнями в Лимассоле, бюджет до 600 000 евро. Есть ли у вас варианты ' +
          'рядом со школой?\n\nС уважением,\nОльга',
      ],
      ['us', 38, 'Здравствуйте, Ольга!\n\nу нас есть три таких дома. Сегодня пришлю подробности.'],
    ],
    unread: true,
  },
  {
    with: contact(3),
    subject: 'Location à l’année à Coral Bay',
    lines: [
      [
        'them',
        20,
        'Bonjour,\n\nnous cherchons une maison à louer à l’année à Coral Bay, deux chambres, budget 1 400 € par ' +
          'mois, à partir de février.\n\nBien cordialement\nClaire Dubois',
      ],
    ],
    unread: true,
  },
  {
    with: contact(4),
    subject: 'Angebot für das Grundstück in Tala',
    lines: [
      [
        'them',
        300,
        'Sehr geehrte Damen und Herren,\n\nfür das Grundstück in Tala (1.850 m²) biete ich 130.000 €. Die ' +
          'Finanzierung steht.\n\nMit freundlichen Grüßen\nThomas Müller',
      ],
      ['us', 290, 'Sehr geehrter Herr Müller,\n\ndie Eigentümer schlagen 138.000 € vor. Darf ich Sie anrufen?'],
      ['them', 288, 'Gern, heute ab 17 Uhr.'],
    ],
  },
  {
    with: contact(5),
    subject: 'Πώληση διαμερίσματος στη Λευκωσία',
    lines: [
      [
        'them',
        100,
        'Καλησπέρα σας,\n\nθα ήθελα να πουλήσω το διαμέρισμά μου στη Λευκωσία, 95 τ.μ., δύο υπνοδωμάτια. Μπορείτε ' +
          'να κάνετε εκτίμηση;\n\nΜε εκτίμηση\nΝίκος',
      ],
      ['us', 96, 'Αγαπητέ κύριε Παπαδόπουλε,\n\nμπορούμε να έρθουμε την Πέμπτη το πρωί.'],
    ],
  },
  {
    with: contact(6),
    subject: 'Re: Reservation agreement',
    lines: [
      [
        'us',
        60,
        'Dear Emma,\n\nthe reservation agreement for the townhouse is ready. Could you check the names and the ' +
          'passport numbers?',
      ],
      ['them', 55, 'All correct. I will transfer the EUR 5,000 today.\n\nEmma'],
      ['them', 30, 'The transfer is done, see the confirmation attached.\n\nEmma'],
    ],
    unread: true,
    attachment: { name: 'transfer.pdf', type: 'application/pdf' },
  },
  {
    with: contact(7),
    subject: 'Office space near the marina',
    lines: [
      [
        'them',
        8,
        'Hello,\n\nour company needs about 200 sqm of office space near Limassol marina, with parking for six ' +
          'cars. When could we see something?\n\nAhmed Haddad',
      ],
    ],
    unread: true,
  },
  {
    with: contact(0),
    subject: 'Contact of a lawyer',
    lines: [
      ['us', 66, 'Dear Maria,\n\nas promised, the lawyer who speaks English and Greek: Mrs Ioannou in Paphos.'],
      ['them', 65, 'Thank you so much!'],
    ],
  },
  {
    with: contact(6),
    subject: 'Thrown away by mistake',
    lines: [['them', 200, 'Please ignore this one.']],
    labels: ['TRASH'],
  },
  {
    with: stranger('Portal Weekly', 'news@portal.example'),
    subject: 'Your listings this week: 1,204 views',
    lines: [['them', 26, 'Your listings were seen 1,204 times.']],
    labels: ['INBOX', 'CATEGORY_PROMOTIONS'],
  },
  {
    with: stranger('Quick Loans', 'offer@loans.example'),
    subject: 'Cheap money!!!',
    lines: [['them', 33, 'Only today.']],
    labels: ['SPAM'],
  },
  {
    with: stranger('Andreas the plumber', 'andreas@plumbing.example'),
    subject: 'Invoice 2026-118',
    lines: [['them', 90, 'Dear all, the invoice for the boiler in Chloraka.']],
    attachment: { name: 'invoice-118.pdf', type: 'application/pdf' },
  },
];

/** Oldest first. */
export function demoMailbox(own: string, now: Date): DemoMail[] {
  return threads
    .flatMap((thread, number) => thread.lines.map((_, index) => demoMail(thread, number, index, own, now)))
    .sort((a, b) => a.receivedAt.getTime() - b.receivedAt.getTime());
}

function demoMail(thread: Thread, number: number, index: number, own: string, now: Date): DemoMail {
  const [who, hoursAgo, text] = thread.lines[index] as Line;
  const receivedAt = new Date(now.getTime() - hoursAgo * 3_600_000);
  const id = (line: number) => `<demo-${number}-${line}@${own.split('@')[1]}>`;
  const them = `${encodeWord(thread.with.name)} <${thread.with.email}>`;
  const us = `Paphos Homes <${own}>`;
  const before = thread.lines[index - 1];
  const quoted = before
    ? `\n\nOn ${new Date(now.getTime() - before[1] * 3_600_000).toUTCString()}, ` +
      `${before[0] === 'them' ? thread.with.name : 'Paphos Homes'} wrote:\n${before[2].replace(/^/gm, '> ')}`
    : '';
  const isLast = index === thread.lines.length - 1;
  const headers = [
    `From: ${who === 'them' ? them : us}`,
    `To: ${who === 'them' ? us : them}`,
    'Subject: ' +
      `${encodeWord(index > 0 && !thread.subject.startsWith('Re: ') ? `Re: ${thread.subject}` : thread.subject)}`,
    `Message-ID: ${id(index)}`,
    ...(index > 0
      ? [
          `In-Reply-To: ${id(index - 1)}`,
          `References: ${thread.lines
            .slice(0, index)
            .map((_, line) => id(line))
            .join(' ')}`,
        ]
      : []),
    `Date: ${receivedAt.toUTCString()}`,
    'MIME-Version: 1.0',
  ];
  const standing = who === 'us' ? ['SENT'] : ['INBOX', ...(isLast && thread.unread ? ['UNREAD'] : [])];
  return {
    raw: [...headers, ...content(text + quoted, isLast ? thread.attachment : undefined)].join('\r\n'),
    labelIds: thread.labels ?? standing,
    receivedAt,
  };
}

function content(text: string, attachment: Thread['attachment']): string[] {
  const body = ['Content-Type: text/plain; charset=utf-8', 'Content-Transfer-Encoding: base64', '', wrapBase64(text)];
  if (!attachment) return body;
  return [
    'Content-Type: multipart/mixed; boundary="demo"',
    '',
    '--demo',
    ...body,
    '--demo',
    `Content-Type: ${attachment.type}; name="${attachment.name}"`,
    `Content-Disposition: attachment; filename="${attachment.name}"`,
    'Content-Transfer-Encoding: base64',
    '',
    wrapBase64(`%PDF-1.4\n% ${attachment.name} of the demo\n`),
    '--demo--',
    '',
  ];
}

function encodeWord(text: string): string {
  return /^[\x20-\x7e]*$/.test(text) ? text : `=?utf-8?B?${Buffer.from(text).toString('base64')}?=`;
}

function wrapBase64(text: string): string {
  return Buffer.from(text).toString('base64').replace(/.{76}/g, '$&\r\n');
}
