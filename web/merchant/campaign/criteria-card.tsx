import { useFormat } from '#web/kit/format-context.ts'
import { Icon } from '#web/kit/icon.tsx'
import { useWords } from '#web/i18n/words.ts'
import type { Criterion } from '#web/merchant/campaign/resources.ts'
import card from '#web/member/club/card.module.css'
import styles from './criteria-card.module.css'

type CriteriaCardProps = {
  readonly criteria: readonly Criterion[]
  /** When it was decided; absent: it is what would be seen now. */
  readonly decidedAt: string | undefined
}

/** Every criterion with what was seen and what is needed; what is not met first. */
export function CriteriaCard({ criteria, decidedAt }: CriteriaCardProps) {
  const { t } = useWords()
  const format = useFormat()
  const sorted = [...criteria.filter(({ ok }) => !ok), ...criteria.filter(({ ok }) => ok)]
  return (
    <section className={card.card} aria-labelledby="criteria">
      <h2 id="criteria" className={card.title}>
        {t('criteria.title')}
      </h2>
      <p className={card.words}>
        {decidedAt === undefined
          ? t('criteria.now')
          : t('criteria.decided', { time: format.time(decidedAt) })}
      </p>
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col">{t('criteria.what')}</th>
            <th scope="col">{t('criteria.saw')}</th>
            <th scope="col">{t('criteria.needs')}</th>
          </tr>
        </thead>
        <tbody>
          {sorted.map((each, index) => (
            <Row key={`${each.name}/${index}`} criterion={each} />
          ))}
        </tbody>
      </table>
    </section>
  )
}

function Row({ criterion }: { readonly criterion: Criterion }) {
  const { t } = useWords()
  const format = useFormat()
  const nameOf = useCriterionName()
  const { saw, needs, test, ok, window, metric } = criterion
  const [from, to] = window ?? []
  const figure = (value: string | number): string => {
    if (moneyMetrics.has(metric)) return format.money(Number(value))
    return typeof value === 'number' ? format.amount(value, '') : value
  }
  return (
    <tr className={ok ? undefined : styles.missed}>
      <th scope="row">
        <span className={styles.name}>
          <Icon name={ok ? 'check' : 'close'} />
          <span className={styles.said}>{t(ok ? 'criteria.met' : 'criteria.notMet')}</span>
          {nameOf(criterion)}
        </span>
        {from !== undefined && to !== undefined && (
          <span className={card.words}>
            {t('ceiling.days', { from: format.day(from), to: format.day(to) })}
          </span>
        )}
      </th>
      <td>{saw === null ? t('criteria.unknown') : figure(saw)}</td>
      <td>{t(`criteria.${test}`, { needs: figure(needs) })}</td>
    </tr>
  )
}

/** The metrics that are money, in minor units. */
const moneyMetrics = new Set(['recentSales'])

/** What a criterion is called: a bar by violations by its kind and days, others by their names. */
function useCriterionName(): (criterion: Criterion) => string {
  const { t, word } = useWords()
  return ({ name }) => {
    const [area, kind, days] = name.split('.')
    if (area !== 'violations' || kind === undefined) return word('criterionNames', name)
    const points = word('violationKinds', kind)
    return days === undefined
      ? t('criteria.violations', { kind: points })
      : t('criteria.violationsIn', { kind: points, days })
  }
}
