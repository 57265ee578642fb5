import { Fact } from '#web/kit/fact.tsx'
import { useFormat } from '#web/kit/format-context.ts'
import { useWords } from '#web/i18n/words.ts'
import type { ReturnRequest, ReturnStep } from '#web/member/returns/resources.ts'
import card from '#web/member/club/card.module.css'
import styles from './request-facts.module.css'

/** What is asked for, and why. */
export function RequestFacts({ request }: { readonly request: ReturnRequest }) {
  const { t, word } = useWords()
  const format = useFormat()
  const { orderId, reason, condition, freightBy, lines, amountFen, refundedFen, note } = request
  return (
    <dl className={styles.facts}>
      <Fact name={t('asked.order')}>{orderId}</Fact>
      <Fact name={t('asked.reason')}>{word('askedReasons', reason)}</Fact>
      {condition !== undefined && (
        <Fact name={t('asked.condition')}>{word('conditions', condition)}</Fact>
      )}
      {lines.map(({ line, quantity, amountFen: fen, sku }) => (
        <Fact key={line} name={t('asked.line', { line })}>
          {[
            ...(quantity === 0 ? [] : [t('asked.units', { count: quantity })]),
            format.money(fen),
            ...(sku === undefined ? [] : [t('asked.wanted', { sku })]),
          ].join(' · ')}
        </Fact>
      ))}
      <Fact name={t('asked.amount')}>{format.money(amountFen)}</Fact>
      {refundedFen !== undefined && (
        <Fact name={t('asked.refunded')}>{format.money(refundedFen)}</Fact>
      )}
      {freightBy !== undefined && (
        <Fact name={t('asked.freight')}>{word('freightBearers', freightBy)}</Fact>
      )}
      {note !== undefined && <Fact name={t('asked.note')}>{note}</Fact>}
    </dl>
  )
}

/** What was done so far, in order. */
export function RequestSteps({ steps }: { readonly steps: readonly ReturnStep[] }) {
  const { t, word } = useWords()
  const format = useFormat()
  return (
    <section aria-label={t('asked.steps')}>
      <ol className={styles.steps}>
        {steps.map(({ n, turn, status, at, told, note }) => (
          <li key={n} className={styles.step}>
            <p className={styles.turn}>{word('askedTurns', turn)}</p>
            <p className={card.words}>
              {[format.time(at), word('askedStatuses', status)].join(' · ')}
            </p>
            {told.carrier !== undefined && (
              <p className={card.words}>
                {t('asked.parcelIs', { carrier: told.carrier, number: told.number ?? '' })}
              </p>
            )}
            {note !== undefined && <p className={styles.note}>{note}</p>}
          </li>
        ))}
      </ol>
    </section>
  )
}

/** How far a request has come. */
export function RequestStatus({ request }: { readonly request: ReturnRequest }) {
  const { word } = useWords()
  const { status, outcome } = request
  const code = outcome ?? status
  return <span className={`${card.mark} ${lookOf(code)}`}>{word('askedStatuses', code)}</span>
}

function lookOf(code: string): string {
  if (['refunded', 'exchanged', 'agreed'].includes(code)) return card.gain ?? ''
  return ['asked', 'sent', 'disputed', 'replacing'].includes(code) ? (card.wait ?? '') : ''
}
