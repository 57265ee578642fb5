import { Icon } from '#web/kit/icon.tsx'
import { asLanguage } from '#web/i18n/language.ts'
import { useWords } from '#web/i18n/words.ts'
import type { DemoAccount } from '#web/session/session.ts'
import styles from './demo-accounts.module.css'

type DemoAccountsProps = {
  readonly accounts: readonly DemoAccount[]
  /** The account that is being signed in. */
  readonly pending: string | undefined
  readonly onAccount: (account: string) => void
}

/** The people of the demo market, each signed in with one press. */
export function DemoAccounts({ accounts, pending, onAccount }: DemoAccountsProps) {
  const { t, word, language } = useWords()
  return (
    <>
      <p className={styles.lead}>{t('signIn.demo')}</p>
      <ul className={styles.list}>
        {accounts.map(({ account, nickname, role, hint }) => (
          <li key={account}>
            <button
              type="button"
              className={styles.account}
              disabled={pending !== undefined}
              aria-busy={pending === account}
              onClick={() => onAccount(account)}
            >
              <span className={styles.initial} aria-hidden="true">
                {Array.from(nickname)[0]?.toUpperCase()}
              </span>
              <span className={styles.words}>
                <span className={styles.name}>
                  {nickname} <span className={styles.role}>{word('roles', role)}</span>
                </span>
                <span className={styles.hint}>{hint?.[asLanguage(language)]}</span>
              </span>
              <span className={styles.chevron}>
                <Icon name="chevron" />
              </span>
            </button>
          </li>
        ))}
      </ul>
    </>
  )
}
