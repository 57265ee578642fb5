import { useTitleOf } from '#web/i18n/titles.ts'
import { useWords } from '#web/i18n/words.ts'
import { useFigures } from '#web/merchant/metrics/figures.ts'
import type { Index, Metric } from '#web/merchant/metrics/resources.ts'
import { Bar } from '#web/member/club/bar.tsx'
import card from '#web/member/club/card.module.css'
import styles from './index-card.module.css'

type IndexCardProps = {
  readonly name: 'afterSales' | 'ranking'
  readonly index: Index
  readonly metrics: readonly Metric[]
}

/** An index from 0 to 100 with the parts it is the mean of. */
export function IndexCard({ name, index, metrics }: IndexCardProps) {
  const { t, word } = useWords()
  const titleOf = useTitleOf()
  const { standingOf } = useFigures()
  const { value, standing, parts } = index
  return (
    <section className={card.card} aria-labelledby={name}>
      <h2 id={name} className={card.title}>
        {t(`metrics.${name}`)}
      </h2>
      <p className={card.figure}>{value.shown}</p>
      <p className={card.words}>{standingOf(standing)}</p>
      <ul className={styles.parts}>
        {parts.map(({ metric, weight, score, by }) => (
          <li key={metric} className={styles.part}>
            <p className={card.pair}>
              <span>{titleOf(titleIn(metrics, metric), word('metricNames', metric))}</span>
              <span>{score ?? '–'}</span>
            </p>
            <Bar part={Number(score ?? 0)} of={100} look="quiet" />
            <p className={card.words}>
              {[t('metrics.weight', { weight }), word('scoredBy', by)].join(' · ')}
            </p>
          </li>
        ))}
      </ul>
    </section>
  )
}

function titleIn(metrics: readonly Metric[], name: string): Metric['title'] | undefined {
  return metrics.find((each) => each.name === name)?.title
}
