import { useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Fault } from '#web/kit/fault.tsx'
import { useFormat } from '#web/kit/format-context.ts'
import { Icon } from '#web/kit/icon.tsx'
import { More } from '#web/kit/more.tsx'
import { Notice } from '#web/kit/notice.tsx'
import { useWords } from '#web/i18n/words.ts'
import { MemberFrame } from '#web/member/member-frame.tsx'
import { useMemberId } from '#web/member/member-id.ts'
import { EntriesSkeleton } from '#web/member/member-skeleton.tsx'
import { tradesQuery, type ListedTrade } from '#web/member/trades/resources.ts'
import { TradeStatus } from '#web/member/trades/trade-status.tsx'
import styles from './trades-page.module.css'

/** What a member bought, newest first, each leading to its explanation. */
export function TradesPage() {
  const { t } = useWords()
  return (
    <MemberFrame title={t('trades.pageTitle')}>
      <h1 className={styles.title}>{t('trades.title')}</h1>
      <section className={styles.card}>
        <Trades />
      </section>
    </MemberFrame>
  )
}

function Trades() {
  const { t } = useWords()
  const trades = useInfiniteQuery(tradesQuery(useMemberId()))
  if (trades.data === undefined && trades.isError) {
    return <Fault error={trades.error} retry={() => void trades.refetch()} />
  }
  if (trades.data === undefined) return <EntriesSkeleton />

  const shown = trades.data.pages.flatMap((page) => page.trades)
  if (shown.length === 0) {
    return <Notice icon="bag" title={t('trades.empty.title')} text={t('trades.empty.text')} />
  }
  return (
    <>
      <ol>
        {shown.map((trade) => (
          <li key={trade.tradeId} className={styles.item}>
            <TradeRow trade={trade} />
          </li>
        ))}
      </ol>
      {trades.hasNextPage && (
        <More
          isLoading={trades.isFetchingNextPage}
          hasFailed={trades.isFetchNextPageError}
          load={() => void trades.fetchNextPage()}
          words={{
            more: t('trades.more'),
            loading: t('trades.loading'),
            failed: t('trades.moreFailed'),
          }}
        />
      )}
    </>
  )
}

function TradeRow({ trade }: { readonly trade: ListedTrade }) {
  const { t } = useWords()
  const format = useFormat()
  return (
    <Link to="/member/trades/$tradeId" params={{ tradeId: trade.tradeId }} className={styles.row}>
      <TradeStatus status={trade.status} />
      <span className={styles.pay}>{format.money(trade.payFen)}</span>
      <span className={styles.shops}>{trade.shops.join(' · ')}</span>
      <span className={styles.time}>
        {trade.status === 'placed'
          ? t('trades.payBy', { time: format.shortTime(trade.payBy) })
          : t('trades.placed', { time: format.shortTime(trade.placedAt) })}
      </span>
      <span className={styles.chevron}>
        <Icon name="chevron" />
      </span>
    </Link>
  )
}
