import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { useState } from 'react'
import { ApiError, freshKey, postOnce } from '#web/kit/api.ts'
import { Button } from '#web/kit/button.tsx'
import { Fault } from '#web/kit/fault.tsx'
import { useFormat } from '#web/kit/format-context.ts'
import { Notice } from '#web/kit/notice.tsx'
import { useWords } from '#web/i18n/words.ts'
import { useBenefitWords } from '#web/member/club/benefits/benefit-words.ts'
import { ClaimStatus } from '#web/member/club/benefits/claim-status.tsx'
import { DrawCard } from '#web/member/club/benefits/draw-card.tsx'
import { GivenWords } from '#web/member/club/benefits/given-words.tsx'
import { claimQuery, ClaimSchema, type Claim } from '#web/member/club/benefits/resources.ts'
import { ClubFrame } from '#web/member/club/club-frame.tsx'
import { memberPath } from '#web/member/club/member-path.ts'
import { useProblemText } from '#web/member/club/problem-text.ts'
import { useTitles } from '#web/member/club/titles.ts'
import { useMemberId } from '#web/member/member-id.ts'
import { EntriesSkeleton } from '#web/member/member-skeleton.tsx'
import card from '#web/member/club/card.module.css'
import styles from './claim-page.module.css'

/** One claim: its code, until when, giving it back, and of a draw how it was drawn. */
export function ClaimPage() {
  const { t } = useWords()
  return (
    <ClubFrame
      title={t('claims.one')}
      back={{ to: '/member/club/benefits', text: t('claims.back') }}
    >
      <Shown />
    </ClubFrame>
  )
}

function Shown() {
  const { t } = useWords()
  const { claimId } = getRouteApi('/member/club/claims/$claimId').useParams()
  const claim = useQuery(claimQuery(useMemberId(), claimId))
  if (claim.error instanceof ApiError && [400, 404].includes(claim.error.status)) {
    return <Notice icon="gift" title={t('claims.unknown')} />
  }
  if (claim.isError) return <Fault error={claim.error} retry={() => void claim.refetch()} />
  if (claim.data === undefined) return <EntriesSkeleton />
  return (
    <div className={card.columns}>
      <Got claim={claim.data} />
      {claim.data.given.kind === 'draw' && <DrawCard claimId={claimId} />}
    </div>
  )
}

function Got({ claim }: { readonly claim: Claim }) {
  const { t } = useWords()
  const format = useFormat()
  const { titleOf } = useTitles()
  const { priceOf } = useBenefitWords()
  const { title, benefit, status, price, claimedAt, endedAt, policy, claimId } = claim
  return (
    <section className={card.card} aria-labelledby="claim">
      <div className={styles.head}>
        <h2 id="claim" className={styles.name}>
          {titleOf(title, benefit)}
        </h2>
        <ClaimStatus status={status} />
      </div>
      <GivenWords claim={claim} />
      <dl className={styles.facts}>
        <Fact name={t('claims.cost')} text={priceOf(price)} />
        <Fact name={t('claims.at')} text={format.time(claimedAt)} />
        {endedAt !== undefined && <Fact name={t('claims.ended')} text={format.time(endedAt)} />}
        <Fact name={t('claims.id')} text={claimId} />
        <Fact name={t('claims.policy')} text={policy} />
      </dl>
      {status === 'claimed' && claim.given.kind !== 'draw' && <GiveBack claim={claim} />}
    </section>
  )
}

function Fact({ name, text }: { readonly name: string; readonly text: string }) {
  return (
    <div className={card.pair}>
      <dt className={card.words}>{name}</dt>
      <dd className={styles.fact}>{text}</dd>
    </div>
  )
}

/** Gives an unused claim back, after asking once. */
function GiveBack({ claim: { claimId, price } }: { readonly claim: Claim }) {
  const { t } = useWords()
  const { priceOf } = useBenefitWords()
  const problemText = useProblemText()
  const memberId = useMemberId()
  const queries = useQueryClient()
  const [isSure, setSure] = useState(false)
  const [key] = useState(freshKey)
  const returning = useMutation({
    mutationFn: async () => {
      const path = memberPath(memberId, 'benefit-claims', claimId, 'return')
      return await postOnce(path, ClaimSchema, { key })
    },
    onSuccess: async () => await queries.invalidateQueries(),
  })
  return (
    <div className={styles.back}>
      {isSure && <p>{t('claims.sure', { price: priceOf(price) })}</p>}
      {returning.isError && (
        <p className={styles.fault} role="alert">
          {problemText(returning.error)}
        </p>
      )}
      <div className={styles.actions}>
        <Button
          disabled={returning.isPending}
          onClick={() => (isSure ? returning.mutate() : setSure(true))}
        >
          {t(isSure ? 'claims.giveBackNow' : 'claims.giveBack')}
        </Button>
        {isSure && (
          <Button look="quiet" onClick={() => setSure(false)}>
            {t('claims.keep')}
          </Button>
        )}
      </div>
    </div>
  )
}
