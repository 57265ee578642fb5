import { useMutation, useQuery } from '@tanstack/react-query'
import { Button } from '#web/kit/button.tsx'
import { Fault } from '#web/kit/fault.tsx'
import { useFormat } from '#web/kit/format-context.ts'
import { Skeleton } from '#web/kit/skeleton.tsx'
import { useWords } from '#web/i18n/words.ts'
import { checkDraw } from '#web/member/club/benefits/check-draw.ts'
import { Odds } from '#web/member/club/benefits/odds.tsx'
import { drawQuery, type Draw } from '#web/member/club/benefits/resources.ts'
import { useMemberId } from '#web/member/member-id.ts'
import card from '#web/member/club/card.module.css'
import styles from './draw-card.module.css'

/** How a card was drawn, with all that it takes to draw it again: here, or by anybody. */
export function DrawCard({ claimId }: { readonly claimId: string }) {
  const { t } = useWords()
  const draw = useQuery(drawQuery(useMemberId(), claimId))
  return (
    <section className={card.card} aria-labelledby="draw">
      <h2 id="draw" className={card.title}>
        {t('draw.how')}
      </h2>
      {draw.isError && <Fault error={draw.error} retry={() => void draw.refetch()} />}
      {draw.isPending && <Skeleton height={8} />}
      {draw.data !== undefined && <Drawn draw={draw.data} />}
    </section>
  )
}

function Drawn({ draw }: { readonly draw: Draw }) {
  const { t } = useWords()
  const format = useFormat()
  const { epoch, number, word, ticket, prizes, prize, drawnAt } = draw
  const facts = [
    [t('draw.commitment'), epoch.commitment],
    [t('draw.secret'), epoch.seed ?? t('draw.secretLater', { time: format.time(epoch.closesAt) })],
    [t('draw.nth'), format.amount(number, '')],
    [t('draw.yourWord'), word === '' ? t('draw.noWord') : word],
    [t('draw.ticket'), format.amount(ticket, '')],
    [t('draw.at'), format.exactTime(drawnAt)],
  ] as const
  return (
    <>
      <p className={card.words}>{t('draw.text')}</p>
      <Odds
        prizes={prizes.map(({ weight, amountFen }) => ({ weight, amount: amountFen }))}
        drawn={prize}
      />
      <dl className={styles.facts}>
        {facts.map(([name, text]) => (
          <div key={name}>
            <dt className={card.words}>{name}</dt>
            <dd className={styles.fact}>{text}</dd>
          </div>
        ))}
      </dl>
      {epoch.seed !== undefined && <Check draw={draw} />}
    </>
  )
}

function Check({ draw }: { readonly draw: Draw }) {
  const { t, word } = useWords()
  const memberId = useMemberId()
  const checking = useMutation({ mutationFn: async () => await checkDraw(draw, memberId) })
  return (
    <div className={styles.check}>
      <Button disabled={checking.isPending} onClick={() => checking.mutate()}>
        {t('draw.check')}
      </Button>
      <p aria-live="polite" className={checking.data === 'holds' ? styles.holds : styles.fails}>
        {checking.data !== undefined && word('drawChecks', checking.data)}
        {checking.isError && t('faults.unreadable.title')}
      </p>
    </div>
  )
}
