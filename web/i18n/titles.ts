import { asLanguage } from '#web/i18n/language.ts'
import { useWords } from '#web/i18n/words.ts'

type Title = Readonly<Record<string, string>>

/** What something is called in the language of the page; a code without a title is shown as it is. */
export function useTitleOf(): (title: Title | undefined, code: string) => string {
  const { language } = useWords()
  return (title, code) => title?.[asLanguage(language)] ?? code
}
