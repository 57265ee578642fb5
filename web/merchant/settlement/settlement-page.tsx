import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { buttonClass } from '#web/kit/button.tsx'
import { Fault } from '#web/kit/fault.tsx'
import { SelectField } from '#web/kit/field.tsx'
import { useFormat } from '#web/kit/format-context.ts'
import { Notice } from '#web/kit/notice.tsx'
import { Skeleton } from '#web/kit/skeleton.tsx'
import { useWords } from '#web/i18n/words.ts'
import { useNow } from '#web/merchant/frame/clock.ts'
import { Page } from '#web/merchant/frame/page.tsx'
import { useShopId } from '#web/merchant/frame/shop-context.ts'
import { lastMonths, periodOf } from '#web/merchant/settlement/months.ts'
import {
  settlementPath,
  settlementQuery,
  type Period,
  type Statement,
} from '#web/merchant/settlement/resources.ts'
import { marketQuery } from '#web/member/resources.ts'
import card from '#web/member/club/card.module.css'
import styles from './settlement-page.module.css'

/** What the shop sold, bears and is due in a month. */
export function SettlementPage() {
  const { t } = useWords()
  const market = useQuery(marketQuery)
  return (
    <Page title={t('console.nav.settlement')} lead={t('settlement.lead')}>
      {market.data === undefined ? <Skeleton height={14} /> : <Months zone={market.data.zone} />}
    </Page>
  )
}

function Months({ zone }: { readonly zone: string }) {
  const { t } = useWords()
  const format = useFormat()
  const shopId = useShopId()
  const months = lastMonths(useNow(60_000), zone, 13)
  const [month, setMonth] = useState(months[0] ?? '')
  const period = periodOf(month, zone)
  return (
    <div className={card.column}>
      <div className={styles.head}>
        <SelectField
          label={t('settlement.month')}
          value={month}
          onChange={(event) => setMonth(event.target.value)}
        >
          {months.map((each) => (
            <option key={each} value={each}>
              {format.month(each)}
            </option>
          ))}
        </SelectField>
        <a
          className={buttonClass('plain')}
          href={settlementPath(shopId, period, 'csv')}
          download={`settlement-${shopId}-${month}.csv`}
        >
          {t('settlement.csv')}
        </a>
      </div>
      <OfPeriod period={period} />
    </div>
  )
}

function OfPeriod({ period }: { readonly period: Period }) {
  const { t } = useWords()
  const statement = useQuery(settlementQuery(useShopId(), period))
  if (statement.isError) {
    return <Fault error={statement.error} retry={() => void statement.refetch()} />
  }
  if (statement.data === undefined) return <Skeleton height={14} />
  const { shops, funding, totals } = statement.data
  const isEmpty = shops.length === 0 && funding.length === 0
  if (isEmpty && totals.lateFen === 0 && totals.protectionFen === 0 && totals.pointsFen === 0) {
    return <Notice icon="receipt" title={t('settlement.none')} />
  }
  return (
    <div className={card.columns}>
      <Sum statement={statement.data} />
      <Funding statement={statement.data} />
    </div>
  )
}

const rows = [
  { name: 'paidFen', sign: 1 },
  { name: 'refundedFen', sign: -1 },
  { name: 'othersFundedFen', sign: 1 },
] as const

/** From what members paid down to what the shop is due, less what it pays besides. */
function Sum({ statement: { shops, totals } }: { readonly statement: Statement }) {
  const { t } = useWords()
  const format = useFormat()
  const sumOf = (name: keyof Statement['shops'][number]): number =>
    shops.reduce((sum, each) => sum + Number(each[name] ?? 0), 0)
  const besides = (['pointsFen', 'lateFen', 'protectionFen'] as const).filter(
    (name) => totals[name] !== 0,
  )
  return (
    <section className={card.card} aria-labelledby="sum">
      <h2 id="sum" className={card.title}>
        {t('settlement.due')}
      </h2>
      <p className={card.figure}>{format.money(totals.dueFen)}</p>
      <p className={card.words}>
        {t('settlement.orders', { count: sumOf('orders'), goods: format.money(sumOf('goodsFen')) })}
      </p>
      <dl className={styles.rows}>
        {rows.map(({ name, sign }) => (
          <div key={name} className={card.pair}>
            <dt>{t(`settlement.${name}`)}</dt>
            <dd>{format.change(sign * sumOf(name), 'allowance')}</dd>
          </div>
        ))}
        <div className={`${card.pair} ${styles.total}`}>
          <dt>{t('settlement.due')}</dt>
          <dd>{format.money(totals.dueFen)}</dd>
        </div>
      </dl>
      {besides.length > 0 && (
        <>
          <h3 className={styles.besides}>{t('settlement.besides')}</h3>
          <dl className={styles.rows}>
            {besides.map((name) => (
              <div key={name} className={card.pair}>
                <dt>{t(`settlement.${name}`)}</dt>
                <dd>{format.change(-totals[name], 'allowance')}</dd>
              </div>
            ))}
          </dl>
        </>
      )}
    </section>
  )
}

/** What was taken off in the shop's orders, by who bears it. */
function Funding({ statement: { funding } }: { readonly statement: Statement }) {
  const { t, word } = useWords()
  const format = useFormat()
  return (
    <section className={card.card} aria-labelledby="funding">
      <h2 id="funding" className={card.title}>
        {t('settlement.funding')}
      </h2>
      {funding.length === 0 && <p className={card.words}>{t('settlement.noFunding')}</p>}
      <ul className={card.list}>
        {funding.map(({ campaign, funder, layer, netFen, reversedFen }) => (
          <li key={`${campaign ?? ''}/${funder}/${layer}`} className={styles.fund}>
            <p className={card.pair}>
              <span>
                {word('layers', layer)} · {nameOf(funder)}
              </span>
              <span>{format.money(netFen)}</span>
            </p>
            <p className={card.words}>
              {[
                campaign ?? t('settlement.noCampaign'),
                ...(reversedFen === 0
                  ? []
                  : [t('settlement.reversed', { amount: format.money(reversedFen) })]),
              ].join(' · ')}
            </p>
          </li>
        ))}
      </ul>
    </section>
  )

  /** `shop:A` and `brand:acme` are named, the platform is a word. */
  function nameOf(funder: string): string {
    const [who, id = ''] = funder.split(':')
    return t(who === 'shop' || who === 'brand' ? `funders.${who}` : 'funders.platform', { id })
  }
}
