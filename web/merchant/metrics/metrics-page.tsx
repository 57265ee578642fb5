import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Button } from '#web/kit/button.tsx'
import { Fault } from '#web/kit/fault.tsx'
import { useFormat } from '#web/kit/format-context.ts'
import { Notice } from '#web/kit/notice.tsx'
import { Skeleton } from '#web/kit/skeleton.tsx'
import { useTitleOf } from '#web/i18n/titles.ts'
import { useWords } from '#web/i18n/words.ts'
import { Page } from '#web/merchant/frame/page.tsx'
import { useShopId } from '#web/merchant/frame/shop-context.ts'
import { Evidence } from '#web/merchant/metrics/evidence.tsx'
import { useFigures } from '#web/merchant/metrics/figures.ts'
import { IndexCard } from '#web/merchant/metrics/index-card.tsx'
import { RatingsSheet } from '#web/merchant/metrics/ratings-sheet.tsx'
import { metricsQuery, type Metric, type ShopMetrics } from '#web/merchant/metrics/resources.ts'
import { TrendLine } from '#web/merchant/metrics/trend-line.tsx'
import { ViolationsCard } from '#web/merchant/metrics/violations-card.tsx'
import card from '#web/member/club/card.module.css'
import styles from './metrics-page.module.css'

/** What the shop is measured by, where it stands in its category, and its violation points. */
export function MetricsPage() {
  const { t } = useWords()
  const metrics = useQuery(metricsQuery(useShopId()))
  return (
    <Page title={t('console.nav.metrics')} lead={t('metrics.lead')}>
      <div className={card.column}>
        {metrics.isError && <Fault error={metrics.error} retry={() => void metrics.refetch()} />}
        {metrics.isPending && <Skeleton height={14} />}
        {metrics.data === null && <Notice icon="star" title={t('metrics.none')} />}
        {metrics.data !== undefined && metrics.data !== null && <Measured metrics={metrics.data} />}
        <ViolationsCard />
      </div>
    </Page>
  )
}

function Measured({ metrics }: { readonly metrics: ShopMetrics }) {
  const { t } = useWords()
  const format = useFormat()
  const { day, comparedAt, policy, afterSales, ranking } = metrics
  const [dsr, others] = [
    metrics.metrics.filter(({ unit }) => unit === 'mean'),
    metrics.metrics.filter(({ unit }) => unit !== 'mean'),
  ]
  return (
    <>
      <Dsr metrics={dsr} />
      <div className={card.columns}>
        <section className={card.card} aria-labelledby="others">
          <h2 id="others" className={card.title}>
            {t('metrics.others')}
          </h2>
          <ul className={card.list}>
            {others.map((metric) => (
              <li key={metric.name}>
                <Other metric={metric} />
              </li>
            ))}
          </ul>
        </section>
        <div className={card.column}>
          {ranking !== undefined && (
            <IndexCard name="ranking" index={ranking} metrics={metrics.metrics} />
          )}
          {afterSales !== undefined && (
            <IndexCard name="afterSales" index={afterSales} metrics={metrics.metrics} />
          )}
          <Sales metrics={metrics} />
        </div>
      </div>
      <p className={card.words}>
        {t('metrics.asOf', { day: format.day(day), policy })}
        {comparedAt !== undefined && ` ${t('metrics.compared', { at: format.time(comparedAt) })}`}
      </p>
    </>
  )
}

/** DSR: the three dimensions of the stars. */
function Dsr({ metrics }: { readonly metrics: readonly Metric[] }) {
  const { t } = useWords()
  const [isOpen, setOpen] = useState(false)
  return (
    <section className={card.card} aria-labelledby="dsr">
      <div className={styles.head}>
        <h2 id="dsr" className={card.title}>
          {t('metrics.dsr')}
        </h2>
        <Button onClick={() => setOpen(true)}>{t('metrics.ratings')}</Button>
      </div>
      <div className={styles.dsr}>
        {metrics.map((metric) => (
          <Dimension key={metric.name} metric={metric} />
        ))}
      </div>
      {isOpen && <RatingsSheet onClosed={() => setOpen(false)} />}
    </section>
  )
}

function Dimension({ metric }: { readonly metric: Metric }) {
  const { t } = useWords()
  const titleOf = useTitleOf()
  const { textOf, standingOf } = useFigures()
  const { name, title, value, standing } = metric
  return (
    <section className={styles.dimension} aria-label={titleOf(title, name)}>
      <h3 className={styles.name}>{titleOf(title, name)}</h3>
      <p className={card.figure}>{value === undefined ? '–' : textOf(metric, value)}</p>
      <p className={card.words}>
        {standing === undefined ? t('metrics.noStanding') : standingOf(standing)}
      </p>
      <TrendLine metric={metric} />
      <Evidence metric={metric} />
    </section>
  )
}

function Other({ metric }: { readonly metric: Metric }) {
  const { t } = useWords()
  const titleOf = useTitleOf()
  const { textOf, standingOf } = useFigures()
  const { name, title, value, standing } = metric
  return (
    <div className={styles.other}>
      <h3 className={styles.name}>{titleOf(title, name)}</h3>
      <p className={styles.value}>
        {value === undefined
          ? t(metric.unit === 'told' ? 'metrics.untold' : 'metrics.tooFew')
          : textOf(metric, value)}
      </p>
      <TrendLine metric={metric} />
      {standing !== undefined && <p className={card.words}>{standingOf(standing)}</p>}
      <Evidence metric={metric} />
    </div>
  )
}

function Sales({ metrics: { sales } }: { readonly metrics: ShopMetrics }) {
  const { t } = useWords()
  const format = useFormat()
  if (sales.length === 0) return null
  return (
    <section className={card.card} aria-labelledby="sales">
      <h2 id="sales" className={card.title}>
        {t('metrics.sales')}
      </h2>
      <ul className={card.list}>
        {sales.map(({ days, fen, orders, buyers }) => (
          <li key={days} className={styles.sale}>
            <p className={card.pair}>
              <span>{t('metrics.lastDays', { count: days })}</span>
              <span>{format.money(fen)}</span>
            </p>
            <p className={card.words}>
              {t('metrics.saleText', {
                orders: format.amount(orders, ''),
                buyers: format.amount(buyers, ''),
              })}
            </p>
          </li>
        ))}
      </ul>
    </section>
  )
}
