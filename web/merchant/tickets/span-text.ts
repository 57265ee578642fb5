import { useWords } from '#web/i18n/words.ts'

const units = ['days', 'hours', 'minutes'] as const

/** A span such as `P2D` or `PT30M` in words: "2 days", "30 minutes". */
export function useSpanText(): (span: string) => string {
  const { t } = useWords()
  return (span) => {
    const [, ...counts] = /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?)?$/.exec(span) ?? []
    const told = units.flatMap((unit, n) => {
      const count = Number(counts[n] ?? 0)
      return count === 0 ? [] : [t(`spans.${unit}`, { count })]
    })
    return told.length === 0 ? span : told.join(' ')
  }
}
