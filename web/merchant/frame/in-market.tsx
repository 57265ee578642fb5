import { useQuery } from '@tanstack/react-query'
import { useMemo, type ReactNode } from 'react'
import { Fault } from '#web/kit/fault.tsx'
import { FormatContext } from '#web/kit/format-context.ts'
import { makeFormat } from '#web/kit/format.ts'
import { asLanguage, localeOf } from '#web/i18n/language.ts'
import { useWords } from '#web/i18n/words.ts'
import { ClockContext, clockFrom } from '#web/merchant/frame/clock.ts'
import { EntriesSkeleton } from '#web/member/member-skeleton.tsx'
import { marketQuery } from '#web/member/resources.ts'

/** Everything below knows how the market writes money and time, and what time it is there. */
export function InMarket({ children }: { readonly children: ReactNode }) {
  const { language } = useWords()
  const market = useQuery({ ...marketQuery, staleTime: 0, refetchInterval: 60_000 })
  const format = useMemo(
    () => market.data && makeFormat(localeOf[asLanguage(language)], market.data),
    [market.data, language],
  )
  const clock = useMemo(
    () => market.data && clockFrom(market.data.now, market.data.clock),
    [market.data],
  )
  if (market.data === undefined && market.isError) {
    return <Fault isPage error={market.error} retry={() => void market.refetch()} />
  }
  if (format === undefined || clock === undefined) return <EntriesSkeleton />
  return (
    <ClockContext value={clock}>
      <FormatContext value={format}>{children}</FormatContext>
    </ClockContext>
  )
}
