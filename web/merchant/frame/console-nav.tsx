import { useQuery } from '@tanstack/react-query'
import { Link, useLocation } from '@tanstack/react-router'
import { useEffect, useRef } from 'react'
import { useWords } from '#web/i18n/words.ts'
import { rememberShop } from '#web/merchant/frame/last-shop.ts'
import { unreadOfShopQuery } from '#web/merchant/frame/resources.ts'
import styles from './console-nav.module.css'

const pages = [
  { to: '/merchant/$shopId', name: 'today' },
  { to: '/merchant/$shopId/campaign', name: 'campaign' },
  { to: '/merchant/$shopId/declarations', name: 'declarations' },
  { to: '/merchant/$shopId/shipments', name: 'shipments' },
  { to: '/merchant/$shopId/returns', name: 'returns' },
  { to: '/merchant/$shopId/metrics', name: 'metrics' },
  { to: '/merchant/$shopId/tickets', name: 'tickets' },
  { to: '/merchant/$shopId/settlement', name: 'settlement' },
  { to: '/merchant/$shopId/notices', name: 'notices' },
] as const

/** The pages of a shop: beside them on a wide screen, above them in one line on a narrow one. */
export function ConsoleNav({ shopId }: { readonly shopId: string }) {
  const { t } = useWords()
  const unread = useQuery(unreadOfShopQuery(shopId))
  const list = useRef<HTMLUListElement>(null)
  const { pathname } = useLocation()
  useEffect(() => rememberShop(shopId), [shopId])
  // On a narrow screen the page one is on may be beyond the edge.
  useEffect(() => {
    const shown = list.current?.querySelector('[aria-current=page]')
    shown?.scrollIntoView({ inline: 'center', block: 'nearest' })
  }, [pathname])
  return (
    <nav className={styles.nav} aria-label={t('console.nav.label')}>
      <ul ref={list} className={styles.list}>
        {pages.map(({ to, name }) => (
          <li key={name}>
            <Link
              to={to}
              params={{ shopId }}
              className={styles.link}
              activeOptions={{ exact: name === 'today', includeSearch: false }}
            >
              {t(`console.nav.${name}`)}
              {name === 'notices' && unread.data !== undefined && unread.data > 0 && (
                <span className={styles.count}>
                  {unread.data} <span className={styles.hidden}>{t('club.nav.unread')}</span>
                </span>
              )}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  )
}
