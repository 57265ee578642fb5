import type { InfiniteData, UseInfiniteQueryResult } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { Fault } from '#web/kit/fault.tsx'
import { More } from '#web/kit/more.tsx'
import { Skeleton } from '#web/kit/skeleton.tsx'
import { useWords } from '#web/i18n/words.ts'
import styles from './paged.module.css'

type PagedProps<Page, Item> = {
  readonly query: UseInfiniteQueryResult<InfiniteData<Page>>
  readonly itemsOf: (page: Page) => readonly Item[]
  readonly keyOf: (item: Item) => string
  readonly show: (item: Item) => ReactNode
  /** What stands there when the list is empty. */
  readonly none: ReactNode
}

/** A list that goes on as it is read, with its beginning, its end and its faults. */
export function Paged<Page, Item>({ query, itemsOf, keyOf, show, none }: PagedProps<Page, Item>) {
  const { t } = useWords()
  const items = query.data?.pages.flatMap(itemsOf)
  if (items === undefined && query.isError) {
    return <Fault error={query.error} retry={() => void query.refetch()} />
  }
  if (items === undefined) return <Waiting />
  if (items.length === 0) return none
  return (
    <>
      <ol className={styles.list}>
        {items.map((item) => (
          <li key={keyOf(item)}>{show(item)}</li>
        ))}
      </ol>
      {query.hasNextPage && (
        <More
          isLoading={query.isFetchingNextPage}
          hasFailed={query.isFetchNextPageError}
          load={() => void query.fetchNextPage()}
          words={{ more: t('paged.more'), loading: t('paged.loading'), failed: t('paged.failed') }}
        />
      )}
    </>
  )
}

function Waiting() {
  return (
    <div className={styles.waiting}>
      <Skeleton height={3.5} />
      <Skeleton height={3.5} />
      <Skeleton height={3.5} />
    </div>
  )
}
