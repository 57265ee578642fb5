import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useWords } from '#web/i18n/words.ts'
import { sessionQuery } from '#web/session/session.ts'
import styles from './member-nav.module.css'

const pages = [
  { to: '/member', name: 'points' },
  { to: '/member/coupons', name: 'coupons' },
  { to: '/member/trades', name: 'trades' },
  { to: '/member/club', name: 'club' },
] as const

/** The ways to the pages of a member; nobody else has any. */
export function MemberNav() {
  const { t } = useWords()
  const session = useQuery(sessionQuery)
  if (session.data?.memberId === undefined) return null
  return (
    <nav className={styles.nav} aria-label={t('nav.label')}>
      <ul className={styles.list}>
        {pages.map(({ to, name }) => (
          <li key={name}>
            <Link to={to} className={styles.link} activeOptions={optionsOf(to)}>
              {t(`nav.${name}`)}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  )
}

/** Below the points are the other pages; below them only their own. */
function optionsOf(to: (typeof pages)[number]['to']) {
  return { exact: to === '/member', includeSearch: false }
}
