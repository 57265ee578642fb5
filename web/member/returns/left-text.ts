import { useWords } from '#web/i18n/words.ts'

/** How much time is left, in the largest unit that says something: "3 days left", "20 minutes left". */
export function useLeftText(): (leftSeconds: number) => string {
  const { t } = useWords()
  return (leftSeconds) => {
    if (leftSeconds <= 0) return t('left.over')
    if (leftSeconds >= 86_400) return t('left.days', { count: Math.floor(leftSeconds / 86_400) })
    if (leftSeconds >= 3_600) return t('left.hours', { count: Math.floor(leftSeconds / 3_600) })
    return t('left.minutes', { count: Math.max(1, Math.floor(leftSeconds / 60)) })
  }
}
