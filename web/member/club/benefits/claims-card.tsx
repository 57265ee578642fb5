import { useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Fault } from '#web/kit/fault.tsx'
import { useFormat } from '#web/kit/format-context.ts'
import { More } from '#web/kit/more.tsx'
import { Skeleton } from '#web/kit/skeleton.tsx'
import { useWords } from '#web/i18n/words.ts'
import { ClaimStatus } from '#web/member/club/benefits/claim-status.tsx'
import { claimsQuery, type Claim } from '#web/member/club/benefits/resources.ts'
import { useTitles } from '#web/member/club/titles.ts'
import { useConditions } from '#web/member/coupons/conditions.ts'
import { useMemberId } from '#web/member/member-id.ts'
import card from '#web/member/club/card.module.css'
import styles from './claims-card.module.css'

/** What the member claimed, the newest first; each leads to its code and how it came about. */
export function ClaimsCard() {
  const { t } = useWords()
  const claims = useInfiniteQuery(claimsQuery(useMemberId()))
  const all = claims.data?.pages.flatMap((page) => page.claims)
  return (
    <section className={card.card} aria-labelledby="claims">
      <h2 id="claims" className={card.title}>
        {t('claims.title')}
      </h2>
      {all === undefined && claims.isError && (
        <Fault error={claims.error} retry={() => void claims.refetch()} />
      )}
      {claims.isPending && <Skeleton height={6} />}
      {all?.length === 0 && <p className={card.words}>{t('claims.none')}</p>}
      {all !== undefined && all.length > 0 && (
        <ol className={card.list}>
          {all.map((claim) => (
            <li key={claim.claimId}>
              <ClaimRow claim={claim} />
            </li>
          ))}
        </ol>
      )}
      {claims.hasNextPage && (
        <More
          isLoading={claims.isFetchingNextPage}
          hasFailed={claims.isFetchNextPageError}
          load={() => void claims.fetchNextPage()}
          words={{
            more: t('claims.more'),
            loading: t('trades.loading'),
            failed: t('claims.moreFailed'),
          }}
        />
      )}
    </section>
  )
}

function ClaimRow({ claim }: { readonly claim: Claim }) {
  const format = useFormat()
  const { titleOf } = useTitles()
  const { untilOf } = useConditions()
  const { claimId, title, benefit, status, given, expiresAt, claimedAt } = claim
  return (
    <Link to="/member/club/claims/$claimId" params={{ claimId }} className={styles.row}>
      <span className={styles.name}>{titleOf(title, benefit)}</span>
      <ClaimStatus status={status} />
      <span className={styles.words}>
        {[
          ...(given.amountFen === undefined ? [] : [format.money(given.amountFen)]),
          status === 'claimed' ? untilOf(expiresAt) : format.shortTime(claimedAt),
        ].join(' · ')}
      </span>
    </Link>
  )
}
