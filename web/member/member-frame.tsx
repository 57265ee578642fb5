import { useQuery } from '@tanstack/react-query'
import { Navigate } from '@tanstack/react-router'
import { useMemo, type ReactNode } from 'react'
import { Fault } from '#web/kit/fault.tsx'
import { FormatContext } from '#web/kit/format-context.ts'
import { makeFormat } from '#web/kit/format.ts'
import { useTitle } from '#web/kit/use-title.ts'
import { asLanguage, localeOf } from '#web/i18n/language.ts'
import { useWords } from '#web/i18n/words.ts'
import { MemberBar } from '#web/member/member-bar.tsx'
import { MemberIdContext } from '#web/member/member-id.ts'
import { MemberNav } from '#web/member/member-nav.tsx'
import { MemberSkeleton } from '#web/member/member-skeleton.tsx'
import { NotAMember } from '#web/member/not-a-member.tsx'
import { marketQuery } from '#web/member/resources.ts'
import { sessionQuery } from '#web/session/session.ts'
import { ToSignIn } from '#web/session/to-sign-in.tsx'
import styles from './member-frame.module.css'

type MemberFrameProps = { readonly title: string; readonly children: ReactNode }

/** What is around every member page; the page itself is shown to a member who is signed in. */
export function MemberFrame({ title, children }: MemberFrameProps) {
  useTitle(title)
  return (
    <div className={styles.page}>
      <MemberBar />
      <MemberNav />
      <main className={styles.main}>
        <SignedIn>{children}</SignedIn>
      </main>
    </div>
  )
}

function SignedIn({ children }: { readonly children: ReactNode }) {
  const session = useQuery(sessionQuery)
  if (session.isError) {
    return <Fault isPage error={session.error} retry={() => void session.refetch()} />
  }
  if (session.data === undefined) return <MemberSkeleton />
  if (session.data === null) return <ToSignIn />
  if (session.data.role === 'merchant') return <Navigate to="/merchant" replace />
  if (session.data.memberId === undefined) return <NotAMember role={session.data.role} />
  return (
    <MemberIdContext value={session.data.memberId}>
      <InMarket>{children}</InMarket>
    </MemberIdContext>
  )
}

/** Everything below knows how the market writes money and time. */
function InMarket({ children }: { readonly children: ReactNode }) {
  const { language } = useWords()
  const market = useQuery(marketQuery)
  const format = useMemo(
    () => market.data && makeFormat(localeOf[asLanguage(language)], market.data),
    [market.data, language],
  )
  if (market.isError)
    return <Fault isPage error={market.error} retry={() => void market.refetch()} />
  if (format === undefined) return <MemberSkeleton />
  return <FormatContext value={format}>{children}</FormatContext>
}
