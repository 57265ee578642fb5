import { useInfiniteQuery } from '@tanstack/react-query'
import { Fault } from '#web/kit/fault.tsx'
import { useFormat } from '#web/kit/format-context.ts'
import { More } from '#web/kit/more.tsx'
import { Notice } from '#web/kit/notice.tsx'
import { useWords } from '#web/i18n/words.ts'
import { EntryRow } from '#web/member/entry-row.tsx'
import { useMemberId } from '#web/member/member-id.ts'
import { EntriesSkeleton } from '#web/member/member-skeleton.tsx'
import { entriesQuery, type Entry, type Wallet } from '#web/member/resources.ts'
import styles from './entry-list.module.css'

/** The history of a wallet by month, newest first; more of it comes as the end comes into sight. */
export function EntryList({ wallet }: { readonly wallet: Wallet }) {
  const { t } = useWords()
  const entries = useInfiniteQuery(entriesQuery(useMemberId(), wallet))
  const retry = (): void => void entries.refetch()
  return (
    <section className={styles.card} aria-labelledby="history">
      <h2 id="history" className={styles.title}>
        {t('entries.title')}
      </h2>
      {entries.data === undefined && entries.isError && (
        <Fault error={entries.error} retry={retry} />
      )}
      {entries.isPending && <EntriesSkeleton />}
      {entries.data !== undefined && (
        <Months entries={entries.data.pages.flatMap((page) => page.entries)} wallet={wallet} />
      )}
      {entries.hasNextPage && (
        <More
          isLoading={entries.isFetchingNextPage}
          hasFailed={entries.isFetchNextPageError}
          load={() => void entries.fetchNextPage()}
          words={{
            more: t('entries.more'),
            loading: t('entries.loading'),
            failed: t('entries.moreFailed'),
          }}
        />
      )}
    </section>
  )
}

type MonthsProps = { readonly entries: readonly Entry[]; readonly wallet: Wallet }

function Months({ entries, wallet }: MonthsProps) {
  const { t } = useWords()
  const format = useFormat()
  if (entries.length === 0) {
    return <Notice icon="receipt" title={t('entries.empty.title')} text={t('entries.empty.text')} />
  }

  // By when they were booked, which is the order they come in.
  const months = Map.groupBy(entries, (entry) => format.monthOf(entry.bookedAt))
  return [...months].map(([month, inMonth]) => (
    <div key={month}>
      <h3 className={styles.month}>{month}</h3>
      <ol>
        {inMonth.map((entry) => (
          <li key={entry.seq} className={styles.item}>
            <EntryRow entry={entry} wallet={wallet} />
          </li>
        ))}
      </ol>
    </div>
  ))
}
