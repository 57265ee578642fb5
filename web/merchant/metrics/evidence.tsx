import { Fact } from '#web/kit/fact.tsx'
import { useFormat } from '#web/kit/format-context.ts'
import { useWords } from '#web/i18n/words.ts'
import { useFigures } from '#web/merchant/metrics/figures.ts'
import type { Metric } from '#web/merchant/metrics/resources.ts'
import card from '#web/member/club/card.module.css'
import parts from '#web/merchant/parts/parts.module.css'
import styles from './evidence.module.css'

/** What a figure is the quotient of, over which days, what was left out, and what the next level needs. */
export function Evidence({ metric }: { readonly metric: Metric }) {
  const { t, word } = useWords()
  const format = useFormat()
  const { textOf } = useFigures()
  const { value, window, counted, leftOut, told, next, unit } = metric
  if (unit === 'told' && told === undefined) return null
  const daysText = ([from, to]: readonly [string, string]): string =>
    t('metrics.fromTo', { from: format.day(from), to: format.day(to) })
  const number = (count: number): string => format.amount(count, '')
  return (
    <details className={styles.details}>
      <summary className={styles.summary}>{t('metrics.evidence')}</summary>
      <dl className={parts.facts}>
        {value !== undefined && ['share', 'mean', 'hours'].includes(unit) && (
          <Fact name={t('metrics.quotient')}>
            {number(value.numerator)} ÷ {number(value.denominator)}
          </Fact>
        )}
        {window !== undefined && <Fact name={t('metrics.window')}>{daysText(window)}</Fact>}
        {counted !== undefined && <Fact name={t('metrics.counted')}>{daysText(counted)}</Fact>}
        {leftOut.map(({ reason, count }) => (
          <Fact key={reason} name={t('metrics.leftOut')}>
            {t('metrics.leftOutText', { count, reason: word('ratingStatuses', reason) })}
          </Fact>
        ))}
        {told !== undefined && (
          <Fact name={t('metrics.told')}>
            {t('metrics.toldText', { source: told.source, on: format.day(told.on) })}
          </Fact>
        )}
      </dl>
      {next !== undefined && (
        <p className={card.words}>
          {t('metrics.next', { level: textOf(metric, next.level) })}
          {next.neededInRow !== undefined &&
            ` ${t('metrics.nextInRow', { count: next.neededInRow })}`}
        </p>
      )}
    </details>
  )
}
