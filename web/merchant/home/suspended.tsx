import { useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useFormat } from '#web/kit/format-context.ts'
import { Icon } from '#web/kit/icon.tsx'
import { useWords } from '#web/i18n/words.ts'
import { CauseWords } from '#web/merchant/declarations/cause-words.tsx'
import { declarationsQuery } from '#web/merchant/declarations/resources.ts'
import { useShopId } from '#web/merchant/frame/shop-context.ts'
import card from '#web/member/club/card.module.css'
import styles from './today-page.module.css'

/** The goods of a campaign that sell nothing until the shop declares them lower, and why. */
export function Suspended({ campaign }: { readonly campaign: string }) {
  const { t } = useWords()
  const format = useFormat()
  const shopId = useShopId()
  const list = useInfiniteQuery(declarationsQuery(shopId, campaign, 'suspended'))
  const suspended = list.data?.pages.flatMap((page) => page.declarations) ?? []
  if (suspended.length === 0) return null
  return (
    <section className={card.card} aria-labelledby="suspended">
      <h2 id="suspended" className={card.title}>
        {t('today.suspended', { count: suspended.length })}
      </h2>
      <ul className={card.list}>
        {suspended.slice(0, 3).map(({ sku, kind, priceFen, cause }) => (
          <li key={`${kind}/${sku}`} className={styles.task}>
            <span className={styles.name}>{sku}</span>
            <span>{format.money(priceFen)}</span>
            {cause !== undefined && <CauseWords causes={cause.causes.slice(0, 1)} />}
          </li>
        ))}
      </ul>
      <Link
        to="/merchant/$shopId/declarations"
        params={{ shopId }}
        search={{ campaign }}
        className={card.link}
      >
        {t('today.toDeclarations')}
        <Icon name="chevron" />
      </Link>
    </section>
  )
}
