/**
 * Finds the available language that fits the first wish that any of them fits. The same tag comes first,
 * however it is written, then the same language, script and region (of several the one that spells out the
 * most), then the same language and script, then the same language. All are BCP 47 tags; what one leaves out,
 * Unicode's likely subtags fill in: `zh-TW` is written in Hant.
 *
 * @param wishes most wanted first; what is no tag is passed over.
 */
export function matchLocale(
  wishes: readonly (string | undefined)[],
  available: readonly string[],
): string | undefined {
  for (const wish of wishes) {
    // Mostly so; and Intl, which knows the rest, takes a cold start a while to load.
    if (wish !== undefined && available.includes(wish)) {
      return wish;
    }
    const wanted = parse(wish);
    if (wanted !== undefined && available.includes(wanted.baseName)) {
      return wanted.baseName;
    }
    const fits = available
      .map((tag) => ({ tag, closeness: wanted === undefined ? 0 : closeness(wanted, parse(tag)) }))
      .filter((fit) => fit.closeness > 0)
      .sort((one, other) => other.closeness - one.closeness || bySpelling(one, other));
    if (fits[0] !== undefined) {
      return fits[0].tag;
    }
  }
  return undefined;
}

/** Whether a text is a BCP 47 tag of a language that has a code of two or three letters. */
export function isLocale(tag: string): boolean {
  const locale = tag.includes('_') ? undefined : parse(tag);
  return locale !== undefined && locale.language.length <= 3;
}

/** Characters of a tag, with all that devices add. A client may send thousands, which take Intl a third of a second, and only a user's SMS would wait for it. */
const MAX_TAG_LENGTH = 64;

function parse(tag: string | undefined): Intl.Locale | undefined {
  if (tag === undefined || tag.length > MAX_TAG_LENGTH) {
    return undefined;
  }
  try {
    // Java and some identity providers write en_US.
    const locale = new Intl.Locale(tag.replaceAll('_', '-'));
    // Java's word for no language at all: Intl would take it for English.
    return locale.baseName === 'und' ? undefined : locale;
  } catch {
    return undefined;
  }
}

interface Fit {
  readonly tag: string;
  readonly closeness: number;
}

/** Same language, script and region. */
const ALL_THE_SAME = 3;

/** Of two that mean the same, such as `zh` and `zh-Hans`, somebody chose the longer one. */
function bySpelling(one: Fit, other: Fit): number {
  return one.closeness === ALL_THE_SAME ? other.tag.length - one.tag.length : 0;
}

function closeness(wish: Intl.Locale, available: Intl.Locale | undefined): number {
  const wanted = wish.maximize();
  const offered = available?.maximize();
  if (offered === undefined || languageOf(offered) !== languageOf(wanted)) {
    return 0;
  }
  if (offered.script !== wanted.script) {
    return 1;
  }
  return offered.region === wanted.region ? ALL_THE_SAME : 2;
}

/** Norwegian is written `nb` by devices and `no` by people. */
function languageOf({ language }: Intl.Locale): string {
  return language === 'nb' ? 'no' : language;
}
