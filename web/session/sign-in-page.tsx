import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { getRouteApi, useRouter } from '@tanstack/react-router'
import { ApiError, post } from '#web/kit/api.ts'
import { Brand } from '#web/kit/brand.tsx'
import { Fault } from '#web/kit/fault.tsx'
import { LanguageSwitch } from '#web/kit/language-switch.tsx'
import { Skeleton } from '#web/kit/skeleton.tsx'
import { useTitle } from '#web/kit/use-title.ts'
import { useWords } from '#web/i18n/words.ts'
import { DemoAccounts } from '#web/session/demo-accounts.tsx'
import { demoAccountsQuery, sessionQuery } from '#web/session/session.ts'
import { TokenForm } from '#web/session/token-form.tsx'
import styles from './sign-in-page.module.css'

export type SignIn = { readonly account: string } | { readonly token: string }

/** Signs in with a demo account where there are any, else with a token. */
export function SignInPage() {
  const { t } = useWords()
  const { reason } = getRouteApi('/sign-in').useSearch()
  const signIn = useSignIn()
  useTitle(t('signIn.pageTitle'))
  return (
    <div className={styles.page}>
      <header className={styles.bar}>
        <Brand />
        <LanguageSwitch />
      </header>
      <main className={styles.main}>
        <h1 className={styles.title}>{t('signIn.title')}</h1>
        {reason === 'expired' && (
          <p className={styles.expired} aria-live="polite">
            {t('signIn.expired')}
          </p>
        )}
        {signIn.isError && (
          <p className={styles.fault} role="alert">
            {faultText(signIn.error, t)}
          </p>
        )}
        <Ways signIn={signIn.mutate} pending={signIn.isPending ? signIn.variables : undefined} />
      </main>
    </div>
  )
}

type WaysProps = {
  readonly signIn: (signIn: SignIn) => void
  /** What is being tried now. */
  readonly pending: SignIn | undefined
}

function Ways({ signIn, pending }: WaysProps) {
  const accounts = useQuery(demoAccountsQuery)
  if (accounts.isError) {
    return <Fault error={accounts.error} retry={() => void accounts.refetch()} />
  }
  if (accounts.data === undefined) return <WaysSkeleton />
  if (accounts.data === null) {
    return <TokenForm isPending={pending !== undefined} onToken={(token) => signIn({ token })} />
  }
  const account = pending !== undefined && 'account' in pending ? pending.account : undefined
  return (
    <DemoAccounts
      accounts={accounts.data}
      pending={account}
      onAccount={(chosen) => signIn({ account: chosen })}
    />
  )
}

function WaysSkeleton() {
  return (
    <div className={styles.skeleton}>
      <Skeleton height={4.5} />
      <Skeleton height={4.5} />
      <Skeleton height={4.5} />
    </div>
  )
}

function useSignIn() {
  const queries = useQueryClient()
  const router = useRouter()
  const { next } = getRouteApi('/sign-in').useSearch()
  return useMutation({
    mutationFn: async (signIn: SignIn) =>
      await post('account' in signIn ? '/v1/demo/sign-in' : '/v1/sign-in', signIn),
    onSuccess: async () => {
      // Whoever was signed in before, nothing of theirs may be shown to the next.
      queries.removeQueries({ type: 'inactive' })
      const session = await queries.fetchQuery({ ...sessionQuery, staleTime: 0 })
      const home = session?.role === 'merchant' ? '/merchant' : '/member'
      router.history.replace(isWithin(home, next) ? next : home)
    },
  })
}

/** Only a page of one's own is gone to after signing in, whatever the address says. */
function isWithin(home: '/member' | '/merchant', path: string | undefined): path is string {
  if (path?.startsWith(home) !== true) return false
  return ['', '/', '?'].includes(path.charAt(home.length))
}

function faultText(error: Error, t: ReturnType<typeof useWords>['t']): string {
  if (!(error instanceof ApiError)) return t('faults.unreadable.title')
  if (error.reason !== 'refused') return t(`faults.${error.reason}.title`)
  return error.status === 401 ? t('signIn.refused') : error.message
}
