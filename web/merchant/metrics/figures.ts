import { useFormat } from '#web/kit/format-context.ts'
import { asLanguage, localeOf } from '#web/i18n/language.ts'
import { useWords } from '#web/i18n/words.ts'
import type { Figure, Metric, Standing } from '#web/merchant/metrics/resources.ts'

/** Sums that are money, in minor units. */
const moneyMetrics = new Set(['recentSales'])

/** How figures of shops are written: a share as a per cent, a mean as it is shown, and so on. */
export function useFigures() {
  const { t, language } = useWords()
  const format = useFormat()
  const locale = localeOf[asLanguage(language)]
  // What is shown has its last decimals dropped already, never rounded up.
  const number = new Intl.NumberFormat(locale, { maximumFractionDigits: 2, roundingMode: 'trunc' })
  const percent = new Intl.NumberFormat(locale, {
    style: 'percent',
    maximumFractionDigits: 2,
    roundingMode: 'trunc',
  })

  const shareOf = (figure: Figure): string => percent.format(figure.shown as `${number}`)
  const textOf = ({ name, unit }: Pick<Metric, 'name' | 'unit'>, figure: Figure): string => {
    if (unit === 'share') return shareOf(figure)
    if (unit === 'mean') return figure.shown
    if (unit === 'sum' && moneyMetrics.has(name)) return format.money(figure.numerator)
    const plain = number.format(figure.shown as `${number}`)
    if (unit === 'hours') return t('metrics.hours', { hours: plain })
    return unit === 'days' ? t('metrics.days', { days: plain }) : plain
  }
  const standingOf = ({ percentile, rank, of }: Standing): string =>
    of === 1
      ? t('metrics.alone')
      : t('metrics.standing', { share: shareOf(percentile), rank: number.format(rank), of })
  return { textOf, shareOf, standingOf }
}
