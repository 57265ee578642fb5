import { Link } from '@tanstack/react-router'
import { useFormat } from '#web/kit/format-context.ts'
import { useWords } from '#web/i18n/words.ts'
import type { Wallet } from '#web/member/resources.ts'
import styles from './wallet-switch.module.css'

type WalletSwitchProps = {
  readonly wallets: readonly Wallet[]
  readonly shown: Wallet | undefined
}

/** Links to each of the member's wallets, with what can be spent in it. */
export function WalletSwitch({ wallets, shown }: WalletSwitchProps) {
  const { t, word } = useWords()
  const format = useFormat()
  return (
    <nav className={styles.nav} aria-label={t('member.wallets')}>
      <ul className={styles.list}>
        {wallets.map((wallet) => (
          <li key={`${wallet.program}/${wallet.unit}`}>
            <Link
              to="/member"
              search={{ program: wallet.program, unit: wallet.unit }}
              className={styles.wallet}
              aria-current={wallet === shown ? 'page' : undefined}
            >
              <span className={styles.unit}>
                {word('units', wallet.unit)}
                {wallet.program !== 'platform' && (
                  <span className={styles.program}> · {word('programs', wallet.program)}</span>
                )}
              </span>
              <span className={styles.amount}>{format.amount(wallet.available, wallet.unit)}</span>
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  )
}
