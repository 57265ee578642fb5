import { useFormat } from '#web/kit/format-context.ts'
import { useWords } from '#web/i18n/words.ts'
import { useInstruments } from '#web/member/trades/instruments.ts'
import type { Refund, Trade } from '#web/member/trades/resources.ts'
import card from './trade-card.module.css'
import styles from './trade-refunds.module.css'

/** Every return: the money, what had been used and came back, what did not, and why. */
export function TradeRefunds({ trade }: { readonly trade: Trade }) {
  const { t } = useWords()
  if (trade.refunds.length === 0) return null
  return (
    <section className={card.card} aria-labelledby="refunds">
      <h2 id="refunds" className={card.title}>
        {t('refund.title')}
      </h2>
      <ul className={styles.refunds}>
        {trade.refunds.map((refund) => (
          <li key={refund.refundId} className={styles.refund}>
            <RefundPart refund={refund} trade={trade} />
          </li>
        ))}
      </ul>
    </section>
  )
}

type RefundProps = { readonly refund: Refund; readonly trade: Trade }

function RefundPart({ refund, trade }: RefundProps) {
  const { t } = useWords()
  const format = useFormat()
  return (
    <>
      <div className={`${card.pair} ${card.strong}`}>
        <h3 className={styles.name}>{t('refund.one', { id: refund.refundId })}</h3>
        <span className={styles.money}>{format.change(refund.refundFen, 'allowance')}</span>
      </div>
      <p className={card.words}>{format.time(refund.at)}</p>
      <h4 className={styles.part}>{t('refund.money')}</h4>
      <Pairs pairs={moneyOf(refund, trade, t, format.money)} />
      <Back refund={refund} trade={trade} />
      <Reasons refund={refund} trade={trade} />
      <Undone refund={refund} trade={trade} />
      <p className={`${card.pair} ${card.words}`}>
        <span>{t('refund.kept')}</span>
        <span>{format.money(refund.keptFen)}</span>
      </p>
    </>
  )
}

type Pair = readonly [name: string, figure: string]

function Pairs({ pairs }: { readonly pairs: readonly Pair[] }) {
  return (
    <dl className={styles.pairs}>
      {pairs.map(([name, figure]) => (
        <div key={name} className={card.pair}>
          <dt>{name}</dt>
          <dd>{figure}</dd>
        </div>
      ))}
    </dl>
  )
}

/** The money that was paid back, by line and charge. */
function moneyOf(
  { byLineFen, freightByShopFen, extrasByShopFen }: Refund,
  trade: Trade,
  t: ReturnType<typeof useWords>['t'],
  money: (fen: number) => string,
): readonly Pair[] {
  const given = (fens: Readonly<Record<string, number>>) =>
    Object.entries(fens).filter(([, fen]) => fen > 0)
  const lineName = (id: string): string => {
    const line = trade.quote.lines.find((each) => each.id === id)
    return t('refund.line', { sku: line?.sku ?? id, shop: line?.shop ?? '' })
  }
  return [
    ...given(byLineFen).map(([id, fen]): Pair => [lineName(id), money(fen)]),
    ...given(freightByShopFen).map(([shop, fen]): Pair => [
      t('refund.freight', { shop }),
      money(fen),
    ]),
    ...given(extrasByShopFen).map(([shop, fen]): Pair => [
      t('refund.extras', { shop }),
      money(fen),
    ]),
  ]
}

/** What had been used and came back; and points that were taken back. */
function Back({ refund, trade }: RefundProps) {
  const { t } = useWords()
  const format = useFormat()
  const { nameOf } = useInstruments(trade.titles)
  const { allowanceFen, byEnvelopeFen, coupons, points } = refund.back
  const back: readonly Pair[] = [
    ...coupons.map((id): Pair => [nameOf(id), t('refund.coupon')]),
    ...(allowanceFen > 0
      ? [[t('refund.allowance'), format.change(allowanceFen, 'allowance')] as const]
      : []),
    ...Object.entries(byEnvelopeFen)
      .filter(([, fen]) => fen > 0)
      .map(([id, fen]): Pair => [nameOf(id), format.change(fen, 'redEnvelope')]),
    ...(points > 0 ? [[t('refund.points'), format.change(points, 'points')] as const] : []),
  ]
  const clawed = Object.entries(refund.pointsClawedBack).filter(([, taken]) => taken > 0)
  return (
    <>
      {back.length > 0 ? (
        <>
          <h4 className={styles.part}>{t('refund.back')}</h4>
          <Pairs pairs={back} />
        </>
      ) : (
        <p className={card.words}>{t('refund.nothing')}</p>
      )}
      {clawed.length > 0 && (
        <Pairs
          pairs={clawed.map(([order, taken]): Pair => [
            t('refund.clawed', { order }),
            format.change(-taken, 'points'),
          ])}
        />
      )}
    </>
  )
}

function Reasons({ refund, trade }: RefundProps) {
  const { t, word } = useWords()
  const { nameOf } = useInstruments(trade.titles)
  if (refund.reasons.length === 0) return null
  return (
    <details className={styles.details}>
      <summary className={styles.summary}>{t('refund.why')}</summary>
      <ul className={styles.reasons}>
        {refund.reasons.map(({ instrument, reason, shops }) => (
          <li key={instrument}>
            <p className={card.strong}>{nameOf(instrument)}</p>
            <p className={card.words}>
              {word('returnReasons', reason)}
              {shops !== undefined && ` (${shops.join(', ')})`}
            </p>
          </li>
        ))}
      </ul>
    </details>
  )
}

/** What of the discounts was undone: part of the goods that came back. */
function Undone({ refund, trade }: RefundProps) {
  const { t } = useWords()
  const format = useFormat()
  const { nameOf } = useInstruments(trade.titles)
  if (refund.reversals.length === 0) return null
  return (
    <details className={styles.details}>
      <summary className={styles.summary}>{t('refund.undone')}</summary>
      <p className={card.words}>{t('refund.undoneText')}</p>
      <ul className={styles.pairs}>
        {refund.reversals.map(({ line, n, offFen }) => (
          <li key={`${line} ${n}`} className={card.pair}>
            <span>{nameOf(shareAt(line, n)?.instrument ?? line)}</span>
            <span>{format.money(offFen)}</span>
          </li>
        ))}
      </ul>
    </details>
  )

  /** Freight stands under `freight:` and its shop. */
  function shareAt(line: string, n: number) {
    const { lines, charges } = trade.quote
    const freight = charges.find(
      ({ kind, shop }) => kind === 'freight' && `freight:${shop}` === line,
    )
    return (lines.find(({ id }) => id === line) ?? freight)?.shares[n]
  }
}
