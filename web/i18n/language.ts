import i18next from 'i18next'
import { initReactI18next } from 'react-i18next'
import en from '#web/i18n/en.json'
import zh from '#web/i18n/zh.json'
import type campaigns from '#web/i18n/campaigns-en.json'
import type shop from '#web/i18n/shop-en.json'

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'translation'
    resources: { translation: typeof en & typeof campaigns & typeof shop }
  }
}

export type Language = 'zh' | 'en'

/** The locale whose numbers and dates go with a language. */
export const localeOf = { zh: 'zh-CN', en: 'en' } as const satisfies Record<Language, string>

const storageKey = 'jifen.language'

/** Prepares the words: in the language chosen earlier, else in the first one the browser asks for. */
export async function startLanguages(): Promise<void> {
  i18next.on('languageChanged', (language) => {
    document.documentElement.lang = localeOf[asLanguage(language)]
  })
  await i18next.use(initReactI18next).init({
    lng: chosenEarlier() ?? preferred(navigator.languages),
    fallbackLng: false,
    resources: { zh: { translation: zh }, en: { translation: en } },
    nsSeparator: false,
    interpolation: { escapeValue: false },
  })
}

/** Changes the language of every page, and keeps the choice in this browser. */
export async function chooseLanguage(language: Language): Promise<void> {
  try {
    localStorage.setItem(storageKey, language)
  } catch {
    // A browser that keeps nothing still shows the language until it is closed.
  }
  await i18next.changeLanguage(language)
}

/** The language as one of ours. */
export function asLanguage(language: string): Language {
  return language === 'en' ? 'en' : 'zh'
}

/** The first language of a browser's list that we have; English where it names neither. */
function preferred(languages: readonly string[]): Language {
  const known = languages.find((each) => /^(zh|en)\b/i.test(each))
  return known?.toLowerCase().startsWith('zh') === true ? 'zh' : 'en'
}

function chosenEarlier(): Language | undefined {
  try {
    const kept = localStorage.getItem(storageKey)
    return kept === null ? undefined : asLanguage(kept)
  } catch {
    return undefined
  }
}
