import { useInfiniteQuery } from '@tanstack/react-query'
import { Fault } from '#web/kit/fault.tsx'
import { More } from '#web/kit/more.tsx'
import { useWords } from '#web/i18n/words.ts'
import { AllowanceCard } from '#web/member/coupons/allowance-card.tsx'
import { CouponCard } from '#web/member/coupons/coupon-card.tsx'
import { EnvelopesCard } from '#web/member/coupons/envelopes-card.tsx'
import { couponsQuery, type Coupon } from '#web/member/coupons/resources.ts'
import { MemberFrame } from '#web/member/member-frame.tsx'
import { useMemberId } from '#web/member/member-id.ts'
import { EntriesSkeleton } from '#web/member/member-skeleton.tsx'
import styles from './coupons-page.module.css'

/** What a member can pay less by: coupons, the shopping allowance, red envelopes. */
export function CouponsPage() {
  const { t } = useWords()
  return (
    <MemberFrame title={t('coupons.pageTitle')}>
      <h1 className={styles.title}>{t('coupons.title')}</h1>
      <div className={styles.columns}>
        <div className={styles.column}>
          <AllowanceCard />
          <EnvelopesCard />
        </div>
        <Coupons />
      </div>
    </MemberFrame>
  )
}

/** Where a coupon stands among the others, by its status. */
const places = {
  usable: ['open', 'held'],
  used: ['used'],
  lapsed: ['lapsed', 'returned', 'forfeited'],
} as const

function Coupons() {
  const { t } = useWords()
  const coupons = useInfiniteQuery(couponsQuery(useMemberId()))
  if (coupons.data === undefined && coupons.isError) {
    return <Fault error={coupons.error} retry={() => void coupons.refetch()} />
  }
  if (coupons.data === undefined) return <EntriesSkeleton />

  const all = coupons.data.pages.flatMap((page) => page.coupons)
  return (
    <div className={styles.column}>
      {(['usable', 'used', 'lapsed'] as const).map((place) => (
        <CouponsIn
          key={place}
          place={place}
          coupons={all.filter(({ status }) =>
            (places[place] as readonly string[]).includes(status),
          )}
        />
      ))}
      {coupons.hasNextPage && (
        <More
          isLoading={coupons.isFetchingNextPage}
          hasFailed={coupons.isFetchNextPageError}
          load={() => void coupons.fetchNextPage()}
          words={{
            more: t('coupons.more'),
            loading: t('trades.loading'),
            failed: t('coupons.moreFailed'),
          }}
        />
      )}
    </div>
  )
}

type CouponsInProps = {
  readonly place: keyof typeof places
  readonly coupons: readonly Coupon[]
}

function CouponsIn({ place, coupons }: CouponsInProps) {
  const { t } = useWords()
  if (coupons.length === 0 && place !== 'usable') return null
  return (
    <section aria-labelledby={`coupons-${place}`}>
      <h2 id={`coupons-${place}`} className={styles.place}>
        {t(`coupons.${place}`)} <span className={styles.count}>{coupons.length}</span>
      </h2>
      {coupons.length === 0 ? (
        <p className={styles.none}>{t('coupons.noUsable')}</p>
      ) : (
        <ul className={styles.list}>
          {coupons.map((coupon) => (
            <li key={coupon.couponId}>
              <CouponCard coupon={coupon} isUsable={place === 'usable'} />
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}
