import { Button } from '#web/kit/button.tsx'
import { asLanguage, chooseLanguage, localeOf } from '#web/i18n/language.ts'
import { useWords } from '#web/i18n/words.ts'

const names = { zh: '中文', en: 'English' } as const

/** Offers the other language by its own name. */
export function LanguageSwitch() {
  const { language } = useWords()
  const other = asLanguage(language) === 'zh' ? 'en' : 'zh'
  return (
    <Button look="quiet" lang={localeOf[other]} onClick={() => void chooseLanguage(other)}>
      {names[other]}
    </Button>
  )
}
