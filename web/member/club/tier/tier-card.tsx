import { useQuery } from '@tanstack/react-query'
import { Fault } from '#web/kit/fault.tsx'
import { useFormat } from '#web/kit/format-context.ts'
import { Icon } from '#web/kit/icon.tsx'
import { Skeleton } from '#web/kit/skeleton.tsx'
import { useWords } from '#web/i18n/words.ts'
import { Bar } from '#web/member/club/bar.tsx'
import { membershipQuery, type Membership } from '#web/member/club/tier/resources.ts'
import { useTitles } from '#web/member/club/titles.ts'
import { useMemberId } from '#web/member/member-id.ts'
import card from '#web/member/club/card.module.css'
import styles from './tier-card.module.css'

/** The tier, by what and until when, how much is missing to the next, and the whole ladder. */
export function TierCard() {
  const { t } = useWords()
  const membership = useQuery(membershipQuery(useMemberId()))
  return (
    <section className={card.card} aria-labelledby="tier">
      <h2 id="tier" className={card.title}>
        {t('tier.title')}
      </h2>
      {membership.isError && (
        <Fault error={membership.error} retry={() => void membership.refetch()} />
      )}
      {membership.isPending && <Skeleton height={9} />}
      {membership.data !== undefined && <Tier membership={membership.data} />}
    </section>
  )
}

function Tier({ membership }: { readonly membership: Membership }) {
  const { t, word } = useWords()
  const format = useFormat()
  const { tierTitle } = useTitles()
  const { tier, tierBy, tierSince, tierUntil, grants } = membership
  return (
    <>
      <div>
        <p className={styles.tier}>{tier === undefined ? t('tier.none') : tierTitle(tier)}</p>
        <p className={card.words}>
          {word('tierSources', tierBy)}
          {tierSince !== undefined && ` · ${t('tier.since', { day: format.dayOf(tierSince) })}`}
          {tierUntil !== undefined && ` · ${t('tier.until', { day: format.dayOf(tierUntil) })}`}
        </p>
      </div>
      <Next membership={membership} />
      <Ladder membership={membership} />
      {grants
        .filter(({ status, tier: granted }) => status !== 'over' && granted !== tier)
        .map(({ grantId, tier: granted, source, from, to }) => (
          <p key={grantId} className={card.words}>
            {t('tier.grant', {
              tier: tierTitle(granted),
              source: word('tierSources', source),
              from: format.dayOf(from),
              to: format.dayOf(to),
            })}
          </p>
        ))}
    </>
  )
}

/** How far it is to the rung above. */
function Next({ membership: { score, next } }: { readonly membership: Membership }) {
  const { t } = useWords()
  const format = useFormat()
  const { tierTitle } = useTitles()
  if (next === undefined) return <p className={styles.next}>{t('tier.top')}</p>
  const values = { missing: format.amount(next.missing, ''), tier: tierTitle(next.tier) }
  const sentence = next.byInvitation
    ? next.missing === 0
      ? t('tier.awaits', values)
      : t('tier.nextInvited', values)
    : t('tier.next', values)
  return (
    <div className={styles.way}>
      <p className={styles.next}>{sentence}</p>
      <Bar part={score} of={score + next.missing} />
    </div>
  )
}

function Ladder({ membership: { ladder, tier } }: { readonly membership: Membership }) {
  const { t } = useWords()
  const format = useFormat()
  const { titleOf } = useTitles()
  return (
    <ol className={styles.ladder}>
      {ladder.map((rung) => (
        <li
          key={rung.tier}
          className={rung.reached ? styles.reached : styles.rung}
          aria-current={rung.tier === tier ? 'step' : undefined}
        >
          <span className={styles.mark}>
            <Icon name={rung.reached ? 'check' : 'lock'} />
          </span>
          <span className={styles.name}>{titleOf(rung.title, rung.tier)}</span>
          <span className={card.words}>
            {t(rung.byInvitation ? 'tier.fromInvited' : 'tier.from', {
              score: format.amount(rung.from, ''),
            })}
            {' · '}
            {t(rung.reached ? 'tier.reached' : 'tier.notReached')}
          </span>
        </li>
      ))}
    </ol>
  )
}
