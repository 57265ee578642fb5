import { Link } from '@tanstack/react-router'
import { useFormat } from '#web/kit/format-context.ts'
import { useWords } from '#web/i18n/words.ts'
import { Countdown } from '#web/merchant/frame/countdown.tsx'
import { useShopId } from '#web/merchant/frame/shop-context.ts'
import type { ReturnToAnswer } from '#web/merchant/home/resources.ts'
import card from '#web/member/club/card.module.css'
import styles from './today-page.module.css'

/** Requests that wait for the shop, and what happens by itself if it stays silent. */
export function ReturnsToAnswer({ requests }: { readonly requests: readonly ReturnToAnswer[] }) {
  const { t, word } = useWords()
  const format = useFormat()
  const shopId = useShopId()
  if (requests.length === 0) return null
  return (
    <section className={card.card} aria-labelledby="returns">
      <h2 id="returns" className={card.title}>
        {t('today.returns')}
      </h2>
      <ul className={card.list}>
        {requests.slice(0, 5).map(({ returnId, orderId, kind, amountFen, waitsFor }) => (
          <li key={`${orderId}/${returnId}`}>
            <Link to="/merchant/$shopId/returns" params={{ shopId }} className={styles.task}>
              <span className={styles.name}>
                {word('askedKinds', kind)} · {orderId}
              </span>
              <span>{format.money(amountFen)}</span>
              {waitsFor !== undefined && (
                <>
                  <span className={card.words}>{word('lapses', waitsFor.lapse)}</span>
                  <Countdown before={waitsFor.dueAt} />
                </>
              )}
            </Link>
          </li>
        ))}
      </ul>
    </section>
  )
}
