import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { Fault } from '#web/kit/fault.tsx'
import { useFormat } from '#web/kit/format-context.ts'
import { useWords } from '#web/i18n/words.ts'
import { BenefitCard } from '#web/member/club/benefits/benefit-card.tsx'
import { useBenefitWords } from '#web/member/club/benefits/benefit-words.ts'
import { ClaimSheet } from '#web/member/club/benefits/claim-sheet.tsx'
import { ClaimsCard } from '#web/member/club/benefits/claims-card.tsx'
import { benefitsQuery, type Benefits, type Offered } from '#web/member/club/benefits/resources.ts'
import { ClubFrame } from '#web/member/club/club-frame.tsx'
import { useTitles } from '#web/member/club/titles.ts'
import { useMemberId } from '#web/member/member-id.ts'
import { EntriesSkeleton } from '#web/member/member-skeleton.tsx'
import card from '#web/member/club/card.module.css'
import styles from './benefits-page.module.css'

/** The benefits of every tier, those that are open and those that are not; and what was claimed. */
export function BenefitsPage() {
  const { t } = useWords()
  return (
    <ClubFrame title={t('benefits.title')}>
      <div className={styles.columns}>
        <AllBenefits />
        <ClaimsCard />
      </div>
    </ClubFrame>
  )
}

function AllBenefits() {
  const { t } = useWords()
  const format = useFormat()
  const benefits = useQuery(benefitsQuery(useMemberId()))
  const [asked, setAsked] = useState<Offered>()
  if (benefits.isError) {
    return <Fault error={benefits.error} retry={() => void benefits.refetch()} />
  }
  if (benefits.data === undefined) return <EntriesSkeleton />
  const { member } = benefits.data
  return (
    <div className={card.column}>
      <p className={styles.have}>
        {t('benefits.have', { points: format.amount(member.points, '') })}
        <Link to="." hash="claims" className={styles.toClaims}>
          {t('claims.title')}
        </Link>
      </p>
      {grouped(benefits.data).map((group) => (
        <Group key={`${group.kind}/${group.tier ?? ''}`} group={group} onClaim={setAsked} />
      ))}
      {asked !== undefined && (
        <ClaimSheet offered={asked} points={member.points} onClosed={() => setAsked(undefined)} />
      )}
    </div>
  )
}

type Group = Benefits['groups'][number] & { readonly also: readonly Offered[] }

/** Each benefit once, where it comes first; the groups that have it as well name it. */
function grouped({ groups }: Benefits): readonly Group[] {
  const shown = new Set<string>()
  return groups.flatMap((group) => {
    const also = group.benefits.filter(({ benefit }) => shown.has(benefit))
    const benefits = group.benefits.filter(({ benefit }) => !shown.has(benefit))
    for (const { benefit } of benefits) shown.add(benefit)
    return benefits.length + also.length === 0 ? [] : [{ ...group, benefits, also }]
  })
}

type GroupProps = { readonly group: Group; readonly onClaim: (offered: Offered) => void }

function Group({ group, onClaim }: GroupProps) {
  const { t } = useWords()
  const { groupOf } = useBenefitWords()
  const { titleOf, listOf } = useTitles()
  const { kind, tier, benefits, also } = group
  const id = `group-${kind}-${tier ?? ''}`
  return (
    <section aria-labelledby={id}>
      <h2 id={id} className={styles.group}>
        {groupOf(kind, tier)}
      </h2>
      {also.length > 0 && (
        <p className={styles.also}>
          {t('benefits.also', {
            list: listOf(also.map(({ title, benefit }) => titleOf(title, benefit))),
          })}
        </p>
      )}
      <ul className={styles.list}>
        {benefits.map((offered) => (
          <li key={offered.benefit}>
            <BenefitCard offered={offered} onClaim={() => onClaim(offered)} />
          </li>
        ))}
      </ul>
    </section>
  )
}
