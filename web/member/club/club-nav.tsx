import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useWords } from '#web/i18n/words.ts'
import { unreadQuery } from '#web/member/club/notices/resources.ts'
import { useMemberId } from '#web/member/member-id.ts'
import styles from './club-nav.module.css'

const pages = [
  { to: '/member/club', name: 'home' },
  { to: '/member/club/benefits', name: 'benefits' },
  { to: '/member/club/paid', name: 'paid' },
  { to: '/member/club/badges', name: 'badges' },
  { to: '/member/club/advances', name: 'advances' },
  { to: '/member/club/events', name: 'events' },
  { to: '/member/club/notices', name: 'notices' },
] as const

/** The pages of the membership centre. */
export function ClubNav() {
  const { t } = useWords()
  const unread = useQuery(unreadQuery(useMemberId()))
  return (
    <nav aria-label={t('club.nav.label')}>
      <ul className={styles.list}>
        {pages.map(({ to, name }) => (
          <li key={name}>
            <Link to={to} className={styles.link} activeOptions={{ exact: true }}>
              {t(`club.nav.${name}`)}
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
