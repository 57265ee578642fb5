import { useQuery } from '@tanstack/react-query'
import { Brand } from '#web/kit/brand.tsx'
import { Button } from '#web/kit/button.tsx'
import { Icon } from '#web/kit/icon.tsx'
import { LanguageSwitch } from '#web/kit/language-switch.tsx'
import { useOnline } from '#web/kit/use-online.ts'
import { useWords } from '#web/i18n/words.ts'
import { sessionQuery } from '#web/session/session.ts'
import { useSignOut } from '#web/session/use-sign-out.ts'
import styles from './member-bar.module.css'

/** The top of every member page: where one is, the language, the way out. */
export function MemberBar() {
  const { t } = useWords()
  const isOnline = useOnline()
  const session = useQuery(sessionQuery)
  const signOut = useSignOut()
  return (
    <>
      <header className={styles.bar}>
        <Brand />
        <div className={styles.actions}>
          <LanguageSwitch />
          {session.data !== undefined && session.data !== null && (
            <Button look="quiet" disabled={signOut.isPending} onClick={() => signOut.mutate()}>
              <Icon name="leave" />
              <span className={styles.label}>{t('member.signOut')}</span>
            </Button>
          )}
        </div>
      </header>
      <div aria-live="polite">
        {!isOnline && <p className={styles.offline}>{t('member.offline')}</p>}
        {signOut.isError && <p className={styles.offline}>{t('member.signOutFailed')}</p>}
      </div>
    </>
  )
}
