import { useInfiniteQuery } from '@tanstack/react-query'
import { useFormat } from '#web/kit/format-context.ts'
import { Notice } from '#web/kit/notice.tsx'
import { Paged } from '#web/kit/paged.tsx'
import { Sheet } from '#web/kit/sheet.tsx'
import { useWords } from '#web/i18n/words.ts'
import { useShopId } from '#web/merchant/frame/shop-context.ts'
import { ratingsQuery, type Rating } from '#web/merchant/metrics/resources.ts'
import card from '#web/member/club/card.module.css'
import styles from './ratings-sheet.module.css'

/** Every rating by stars, and whether it counts. */
export function RatingsSheet({ onClosed }: { readonly onClosed: () => void }) {
  const { t } = useWords()
  const ratings = useInfiniteQuery(ratingsQuery(useShopId()))
  return (
    <Sheet title={t('metrics.ratingsTitle')} onClosed={onClosed}>
      <Paged
        query={ratings}
        itemsOf={(page) => page.ratings}
        keyOf={({ orderId, postedAt }) => `${orderId} ${postedAt}`}
        show={(rating) => <Row rating={rating} />}
        none={<Notice icon="star" title={t('metrics.noRatings')} />}
      />
    </Sheet>
  )
}

function Row({ rating }: { readonly rating: Rating }) {
  const { t, word } = useWords()
  const format = useFormat()
  const { orderId, postedAt, description, service, delivery, status } = rating
  return (
    <div className={styles.row}>
      <p className={card.pair}>
        <span>{t('metrics.stars', { description, service, delivery })}</span>
        <span className={status === 'counted' ? styles.counts : styles.not}>
          {word('ratingStatuses', status)}
        </span>
      </p>
      <p className={card.words}>
        {[t('shipments.order', { id: orderId }), format.time(postedAt)].join(' · ')}
      </p>
    </div>
  )
}
