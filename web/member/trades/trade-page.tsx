import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { ApiError } from '#web/kit/api.ts'
import { Fault } from '#web/kit/fault.tsx'
import { Icon } from '#web/kit/icon.tsx'
import { Notice } from '#web/kit/notice.tsx'
import { useWords } from '#web/i18n/words.ts'
import { MemberFrame } from '#web/member/member-frame.tsx'
import { TradeDelivery } from '#web/member/delivery/trade-delivery.tsx'
import { useMemberId } from '#web/member/member-id.ts'
import { MemberSkeleton } from '#web/member/member-skeleton.tsx'
import { TradeProtection } from '#web/member/protection/trade-protection.tsx'
import { TradeReturns } from '#web/member/returns/trade-returns.tsx'
import { tradeQuery, type Trade } from '#web/member/trades/resources.ts'
import { TradeHead } from '#web/member/trades/trade-head.tsx'
import { TradeMissing } from '#web/member/trades/trade-missing.tsx'
import { TradeRecord } from '#web/member/trades/trade-record.tsx'
import { TradeRefunds } from '#web/member/trades/trade-refunds.tsx'
import { TradeShops } from '#web/member/trades/trade-shops.tsx'
import { TradeSum } from '#web/member/trades/trade-sum.tsx'
import { TradeUnused } from '#web/member/trades/trade-unused.tsx'
import styles from './trade-page.module.css'

/** One trade: what it costs and how every fen of that came about. */
export function TradePage() {
  const { t } = useWords()
  return (
    <MemberFrame title={t('trade.pageTitle')}>
      <Explained />
    </MemberFrame>
  )
}

function Explained() {
  const { t } = useWords()
  const { tradeId } = getRouteApi('/member/trades/$tradeId').useParams()
  const trade = useQuery(tradeQuery(useMemberId(), tradeId))
  if (trade.error instanceof ApiError && trade.error.status === 404) {
    return <Notice isPage icon="bag" title={t('trade.unknown')} text={trade.error.message} />
  }
  if (trade.isError) {
    return <Fault isPage error={trade.error} retry={() => void trade.refetch()} />
  }
  if (trade.data === undefined) return <MemberSkeleton />
  return <Parts trade={trade.data} />
}

function Parts({ trade }: { readonly trade: Trade }) {
  const { t } = useWords()
  return (
    <>
      <Link to="/member/trades" className={styles.back}>
        <Icon name="back" />
        {t('trade.back')}
      </Link>
      <div className={styles.columns}>
        <div className={styles.column}>
          <TradeHead trade={trade} />
          <TradeSum trade={trade} />
          <TradeDelivery trade={trade} />
          <TradeReturns trade={trade} />
          <TradeProtection trade={trade} />
        </div>
        <div className={styles.column}>
          <TradeShops trade={trade} />
          <TradeRefunds trade={trade} />
          <TradeUnused trade={trade} />
          <TradeMissing trade={trade} />
          <TradeRecord trade={trade} />
        </div>
      </div>
    </>
  )
}
