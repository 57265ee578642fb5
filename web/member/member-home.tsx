import { useQuery } from '@tanstack/react-query'
import { useParams, useSearch } from '@tanstack/react-router'
import { Fault } from '#web/kit/fault.tsx'
import { useFormat } from '#web/kit/format-context.ts'
import { Notice } from '#web/kit/notice.tsx'
import { useWords } from '#web/i18n/words.ts'
import { BalanceCard } from '#web/member/balance-card.tsx'
import { EntryList } from '#web/member/entry-list.tsx'
import { ExpiringCard } from '#web/member/expiring-card.tsx'
import { useMemberId } from '#web/member/member-id.ts'
import { MemberSkeleton } from '#web/member/member-skeleton.tsx'
import { memberQuery, walletsQuery, type Wallet } from '#web/member/resources.ts'
import { WalletSwitch } from '#web/member/wallet-switch.tsx'
import styles from './member-home.module.css'

/** The greeting, the balance of one wallet, what of it expires, and its history. */
export function MemberHome() {
  const { t } = useWords()
  const wallets = useQuery(walletsQuery(useMemberId()))
  const wallet = useShownWallet(wallets.data ?? [])
  if (wallets.isError)
    return <Fault isPage error={wallets.error} retry={() => void wallets.refetch()} />
  if (wallets.data === undefined) return <MemberSkeleton />
  return (
    <>
      <Greeting />
      {wallets.data.length > 1 && <WalletSwitch wallets={wallets.data} shown={wallet} />}
      {wallet === undefined ? (
        <section className={styles.empty}>
          <Notice icon="coin" title={t('member.empty.title')} text={t('member.empty.text')} />
        </section>
      ) : (
        <div className={styles.columns}>
          <div className={styles.now}>
            <BalanceCard wallet={wallet} />
            <ExpiringCard wallet={wallet} />
          </div>
          <EntryList key={`${wallet.program}/${wallet.unit}`} wallet={wallet} />
        </div>
      )}
    </>
  )
}

/** The wallet that the address names; else the platform's points; else the first. */
function useShownWallet(wallets: readonly Wallet[]): Wallet | undefined {
  const search = useSearch({ strict: false })
  const params = useParams({ strict: false })
  const program = params.program ?? search.program
  const unit = params.unit ?? search.unit
  return (
    wallets.find((each) => each.program === program && each.unit === unit) ??
    wallets.find((each) => each.program === 'platform' && each.unit === 'points') ??
    wallets[0]
  )
}

function Greeting() {
  const { t } = useWords()
  const format = useFormat()
  const memberId = useMemberId()
  const member = useQuery(memberQuery(memberId))
  const { nickname, joinedAt, status } = member.data ?? {}
  return (
    <header className={styles.greeting}>
      <h1 className={styles.hello}>{t('member.hello', { name: nickname ?? memberId })}</h1>
      {joinedAt !== undefined && (
        <p className={styles.since}>{t('member.since', { month: format.monthOf(joinedAt) })}</p>
      )}
      {status === 'sealed' && <p className={styles.sealed}>{t('member.sealed')}</p>}
    </header>
  )
}
