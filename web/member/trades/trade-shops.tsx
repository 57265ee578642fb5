import { useFormat } from '#web/kit/format-context.ts'
import { useWords } from '#web/i18n/words.ts'
import { useInstruments } from '#web/member/trades/instruments.ts'
import { payLabel } from '#web/member/trades/pay-label.ts'
import type { Charge, Order, QuotedLine, Share, Trade } from '#web/member/trades/resources.ts'
import card from './trade-card.module.css'
import styles from './trade-shops.module.css'

/** Each shop's part of a trade: its goods one by one, down to what each of them costs. */
export function TradeShops({ trade }: { readonly trade: Trade }) {
  const { t } = useWords()
  const format = useFormat()
  const { quote } = trade
  const { depositFen = 0 } = quote
  return (
    <section className={card.card} aria-labelledby="shops">
      <h2 id="shops" className={card.title}>
        {t('shops.title')}
      </h2>
      <ul className={styles.shops}>
        {trade.orders.map((order) => (
          <li key={order.orderId}>
            <Shop order={order} trade={trade} />
          </li>
        ))}
      </ul>
      <dl className={styles.all}>
        <div className={card.pair}>
          <dt>{t('shops.all')}</dt>
          <dd>{format.money(quote.payFen + depositFen)}</dd>
        </div>
        {depositFen > 0 && (
          <>
            <div className={card.pair}>
              <dt>{t('sum.deposit')}</dt>
              <dd>{format.money(-depositFen)}</dd>
            </div>
            <div className={`${card.pair} ${card.strong}`}>
              <dt>{t(`trade.${payLabel(trade)}`)}</dt>
              <dd>{format.money(quote.payFen)}</dd>
            </div>
          </>
        )}
      </dl>
    </section>
  )
}

function Shop({ order, trade }: { readonly order: Order; readonly trade: Trade }) {
  const { t, word } = useWords()
  const format = useFormat()
  const ids = new Set(order.lines.map(({ id }) => id))
  const lines = trade.quote.lines.filter(({ id }) => ids.has(id))
  const charges = trade.quote.charges.filter(({ shop }) => shop === order.shop)
  const sumFen = [...lines, ...charges].reduce((sum, { payFen }) => sum + payFen, 0)
  return (
    <>
      <div className={`${card.pair} ${styles.head}`}>
        <h3 className={styles.name}>{order.shop}</h3>
        <span className={card.words}>{word('orderStatuses', statusOf(order))}</span>
      </div>
      <ul className={styles.lines}>
        {lines.map((line) => (
          <li key={line.id} className={styles.line}>
            <Line line={line} order={order} trade={trade} />
          </li>
        ))}
        {charges.map((charge) => (
          <li key={charge.kind} className={styles.line}>
            <Cost charge={charge} trade={trade} />
          </li>
        ))}
      </ul>
      <p className={`${card.pair} ${styles.sum}`}>
        <span>{t('shops.sum')}</span>
        <span>{format.money(sumFen)}</span>
      </p>
    </>
  )
}

function statusOf({ closedAt, receivedAt, shippedAt, paidAt }: Order): string {
  if (closedAt !== undefined) return 'closed'
  if (receivedAt !== undefined) return 'received'
  if (shippedAt !== undefined) return 'shipped'
  return paidAt === undefined ? 'placed' : 'paid'
}

type LineProps = { readonly line: QuotedLine; readonly order: Order; readonly trade: Trade }

/** Price times quantity, less each part of each instrument, is what the line costs. */
function Line({ line, order, trade }: LineProps) {
  const { t } = useWords()
  const format = useFormat()
  const quantity = line.quantity ?? line.unitsFen.length
  const price = trade.prices.find(({ lineId }) => lineId === line.id)
  const told = order.lines.find(({ id }) => id === line.id)
  const exchanged = trade.exchanges.filter(({ lineId }) => lineId === line.id)
  const depositFen = (price?.depositFen ?? 0) * quantity
  const goodsFen = line.shares.reduce((sum, { offFen }) => sum + offFen, line.payFen)
  return (
    <>
      <p className={card.strong}>{line.sku ?? line.id}</p>
      {price !== undefined && price.listFen !== price.priceFen && (
        <p className={card.words}>
          <s>{t('shops.list', { amount: format.money(price.listFen) })}</s>
        </p>
      )}
      <p className={card.pair}>
        <span>
          {price === undefined
            ? t('sum.goods')
            : t('shops.price', { price: format.money(price.priceFen), quantity })}
        </span>
        <span>{format.money(goodsFen)}</span>
      </p>
      <Shares shares={line.shares} trade={trade} />
      <p className={`${card.pair} ${card.strong}`}>
        <span>{t('shops.cost')}</span>
        <span>{format.money(line.payFen)}</span>
      </p>
      {line.unitsFen.length > 1 && (
        <p className={card.words}>
          {t('shops.each', { list: line.unitsFen.map(format.money).join(' · ') })}
        </p>
      )}
      {depositFen > 0 && (
        <p className={`${card.pair} ${card.words}`}>
          <span>{t('shops.deposit')}</span>
          <span>{format.money(depositFen)}</span>
        </p>
      )}
      {told !== undefined && told.refundedFen > 0 && (
        <p className={styles.refunded}>
          {t('shops.refunded', { amount: format.money(told.refundedFen) })}
        </p>
      )}
      {told !== undefined && told.pointsEarned > 0 && (
        <p className={styles.earned}>
          {t('shops.earned', { points: format.amount(told.pointsEarned, 'points') })}
        </p>
      )}
      {exchanged.map(({ sku, quantity: count }) => (
        <p key={sku} className={card.words}>
          {t('shops.exchanged', { sku, quantity: count })}
        </p>
      ))}
    </>
  )
}

/** Freight, tax or services of a shop. */
function Cost({ charge, trade }: { readonly charge: Charge; readonly trade: Trade }) {
  const { t } = useWords()
  const format = useFormat()
  const { kind, amountFen, payFen, shares } = charge
  const name = t(
    kind === 'freight' ? 'shops.freight' : kind === 'tax' ? 'shops.tax' : 'shops.service',
  )
  return (
    <>
      <p className={card.pair}>
        <span>{name}</span>
        <span>{format.money(amountFen)}</span>
      </p>
      {shares.length > 0 && (
        <>
          <Shares shares={shares} trade={trade} />
          <p className={`${card.pair} ${card.strong}`}>
            <span>{t('shops.cost')}</span>
            <span>{format.money(payFen)}</span>
          </p>
        </>
      )}
    </>
  )
}

function Shares({ shares, trade }: { readonly shares: readonly Share[]; readonly trade: Trade }) {
  const { word } = useWords()
  const format = useFormat()
  const { nameOf, fundersOf } = useInstruments(trade.titles)
  return (
    <ul className={styles.shares}>
      {shares.map((share, n) => (
        <li key={n}>
          <p className={card.pair}>
            <span>{nameOf(share.instrument)}</span>
            <span className={styles.off}>{format.money(-share.offFen)}</span>
          </p>
          <p className={card.words}>
            {word('layers', share.layer)} · {fundersOf([share])}
          </p>
        </li>
      ))}
    </ul>
  )
}
