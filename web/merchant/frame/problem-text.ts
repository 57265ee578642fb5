import { ApiError } from '#web/kit/api.ts'
import { useWords } from '#web/i18n/words.ts'

/** Says what went wrong with what a merchant asked for: in the language of the page where it has words. */
export function useShopProblemText(): (error: Error) => string {
  const { t, word } = useWords()
  return (error) => {
    if (!(error instanceof ApiError)) return t('faults.unreadable.title')
    if (error.reason !== 'refused') return t(`faults.${error.reason}.title`)
    const known = error.code === undefined ? undefined : word('shopProblems', error.code)
    return known === undefined || known === error.code ? error.message : known
  }
}
