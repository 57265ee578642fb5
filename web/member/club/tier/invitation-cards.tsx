import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { freshKey, postOnce } from '#web/kit/api.ts'
import { Button } from '#web/kit/button.tsx'
import { useFormat } from '#web/kit/format-context.ts'
import { asLanguage } from '#web/i18n/language.ts'
import { useWords } from '#web/i18n/words.ts'
import { memberPath } from '#web/member/club/member-path.ts'
import { useProblemText } from '#web/member/club/problem-text.ts'
import {
  AnsweredSchema,
  invitationsQuery,
  type Invitation,
} from '#web/member/club/tier/resources.ts'
import { useTitles } from '#web/member/club/titles.ts'
import { useMemberId } from '#web/member/member-id.ts'
import card from '#web/member/club/card.module.css'
import styles from './invitation-cards.module.css'

/** Invitations that wait for an answer; of the latest round also what became of the member in it. */
export function InvitationCards() {
  const invitations = useQuery(invitationsQuery(useMemberId()))
  const [latest, ...earlier] = invitations.data ?? []
  if (latest === undefined) return null
  const open = earlier.filter(({ answer }) => answer === 'invited')
  return [latest, ...open].map((each) => <InvitationCard key={each.round} invitation={each} />)
}

function InvitationCard({ invitation }: { readonly invitation: Invitation }) {
  const { t, word, language } = useWords()
  const { tierTitle, listOf } = useTitles()
  const { round, tier, answer, limits } = invitation
  const title = t('invitation.title', { tier: tierTitle(tier), round })
  if (answer === 'invited') return <Open invitation={invitation} />
  const reasons = limits.map((limit) => limit[asLanguage(language)] ?? '')
  return (
    <section className={styles.quiet} aria-label={title}>
      <p>
        <span className={styles.name}>{title}</span> {word('invitationAnswers', answer)}
        {reasons.length > 0 && ` ${t('invitation.limits', { list: listOf(reasons) })}`}
      </p>
    </section>
  )
}

function Open({ invitation }: { readonly invitation: Invitation }) {
  const { t } = useWords()
  const format = useFormat()
  const { tierTitle } = useTitles()
  const problemText = useProblemText()
  const answering = useAnswer(invitation.round)
  const [isDeclining, setDeclining] = useState(false)
  const { tier, respondBy } = invitation
  const answer = (given: 'accept' | 'decline') => () => answering.mutate(given)
  return (
    <section className={`${card.card} ${styles.open}`} aria-labelledby="invitation">
      <h2 id="invitation" className={styles.title}>
        {t('invitation.invited', { tier: tierTitle(tier) })}
      </h2>
      <p>{t('invitation.text')}</p>
      {respondBy !== undefined && (
        <p className={card.words}>{t('invitation.respondBy', { time: format.time(respondBy) })}</p>
      )}
      {answering.isError && (
        <p className={styles.fault} role="alert">
          {problemText(answering.error)}
        </p>
      )}
      {isDeclining && <p className={styles.fault}>{t('invitation.sure')}</p>}
      <div className={styles.actions}>
        {!isDeclining && (
          <Button look="strong" disabled={answering.isPending} onClick={answer('accept')}>
            {t('invitation.accept')}
          </Button>
        )}
        <Button
          disabled={answering.isPending}
          onClick={isDeclining ? answer('decline') : () => setDeclining(true)}
        >
          {t(isDeclining ? 'invitation.declineNow' : 'invitation.decline')}
        </Button>
        {isDeclining && (
          <Button look="quiet" onClick={() => setDeclining(false)}>
            {t('invitation.back')}
          </Button>
        )}
      </div>
    </section>
  )
}

/** Answers a round, once however often it is sent; what depends on the tier is read again. */
function useAnswer(round: string) {
  const memberId = useMemberId()
  const queries = useQueryClient()
  const [keys] = useState(() => ({ accept: freshKey(), decline: freshKey() }))
  return useMutation({
    mutationFn: async (answer: 'accept' | 'decline') => {
      const path = memberPath(memberId, 'invitations', round, answer)
      return await postOnce(path, AnsweredSchema, { key: keys[answer] })
    },
    onSuccess: async () => await queries.invalidateQueries(),
  })
}
