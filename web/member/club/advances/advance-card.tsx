import { useFormat } from '#web/kit/format-context.ts'
import { useWords } from '#web/i18n/words.ts'
import type { Advance } from '#web/member/club/advances/resources.ts'
import card from '#web/member/club/card.module.css'
import styles from './advance-card.module.css'

const looks: Readonly<Record<string, string | undefined>> = {
  open: card.wait,
  settled: card.gain,
  repaid: card.gain,
  owed: card.due,
}

/** One refund that was paid beforehand: how much, of what, and what became of it. */
export function AdvanceCard({ advance }: { readonly advance: Advance }) {
  const { t, word } = useWords()
  const format = useFormat()
  const { returnId, tradeId, status, amountFen, madeAt, dueAt, endedAt } = advance
  return (
    <article className={card.card}>
      <div className={styles.head}>
        <h3 className={styles.amount}>{format.money(amountFen)}</h3>
        <span className={`${card.mark} ${looks[status] ?? ''}`}>
          {word('advanceStatuses', status)}
        </span>
      </div>
      <p className={card.words}>{t('advances.of', { order: tradeId, id: returnId })}</p>
      <p className={card.words}>
        {t('advances.made', { time: format.time(madeAt) })}
        {status === 'open' && dueAt !== undefined && (
          <> · {t('advances.due', { time: format.time(dueAt) })}</>
        )}
        {endedAt !== undefined && <> · {t('advances.ended', { time: format.time(endedAt) })}</>}
      </p>
      <dl className={styles.parts}>
        {(['openFen', 'settledFen', 'owedFen', 'repaidFen'] as const)
          .filter((part) => advance[part] > 0)
          .map((part) => (
            <div key={part} className={card.pair}>
              <dt>{t(`advances.${part}`)}</dt>
              <dd>{format.money(advance[part])}</dd>
            </div>
          ))}
      </dl>
    </article>
  )
}
