import { useInfiniteQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Button } from '#web/kit/button.tsx'
import { Fault } from '#web/kit/fault.tsx'
import { More } from '#web/kit/more.tsx'
import { Notice } from '#web/kit/notice.tsx'
import { useWords } from '#web/i18n/words.ts'
import { ChosenCampaign } from '#web/merchant/campaign/chosen-campaign.tsx'
import type { ShopCampaign } from '#web/merchant/campaign/resources.ts'
import { DeclarationRow } from '#web/merchant/declarations/declaration-row.tsx'
import { DeclareSheet } from '#web/merchant/declarations/declare-sheet.tsx'
import { FileCard } from '#web/merchant/declarations/file-card.tsx'
import {
  declarationsQuery,
  type Declaration,
  type Kind,
  type Shown,
} from '#web/merchant/declarations/resources.ts'
import { openKind, WindowsCard } from '#web/merchant/declarations/windows-card.tsx'
import { Page } from '#web/merchant/frame/page.tsx'
import { useShopId } from '#web/merchant/frame/shop-context.ts'
import { EntriesSkeleton } from '#web/member/member-skeleton.tsx'
import card from '#web/member/club/card.module.css'
import styles from './declarations-page.module.css'

/** The goods that the shop brings to a campaign, and at what prices. */
export function DeclarationsPage() {
  const { t } = useWords()
  return (
    <Page title={t('declarations.title')} lead={t('declarations.lead')}>
      <ChosenCampaign isFor={mayDeclare}>
        {(campaign) => <InCampaign key={campaign.campaign} campaign={campaign} />}
      </ChosenCampaign>
    </Page>
  )
}

type Open = { readonly kind: Kind; readonly known?: Declaration }

function InCampaign({ campaign }: { readonly campaign: ShopCampaign }) {
  const { t } = useWords()
  const [open, setOpen] = useState<Open>()
  const kind = openKind(campaign)
  return (
    <div className={card.column}>
      <WindowsCard campaign={campaign}>
        {kind !== undefined && mayDeclare(campaign) && (
          <Button look="strong" onClick={() => setOpen({ kind })}>
            {t('declarations.declare')}
          </Button>
        )}
      </WindowsCard>
      <List campaign={campaign} onOpen={(known) => setOpen({ kind: known.kind, known })} />
      {campaign.status === 'shortlisted' && <FileCard campaign={campaign.campaign} />}
      {open !== undefined && (
        <DeclareSheet campaign={campaign.campaign} {...open} onClosed={() => setOpen(undefined)} />
      )}
    </div>
  )
}

function mayDeclare(campaign: ShopCampaign): boolean {
  return campaign.status === 'shortlisted' && openKind(campaign) !== undefined
}

const filters = ['all', 'suspended', 'declared', 'withdrawn'] as const satisfies readonly Shown[]

type ListProps = {
  readonly campaign: ShopCampaign
  readonly onOpen: (declaration: Declaration) => void
}

function List({ campaign, onOpen }: ListProps) {
  const { t } = useWords()
  const [shown, setShown] = useState<Shown>('all')
  const list = useInfiniteQuery(declarationsQuery(useShopId(), campaign.campaign, shown))
  return (
    <section className={card.card} aria-labelledby="declared">
      <div className={styles.head}>
        <h2 id="declared" className={card.title}>
          {t('declarations.list')}
        </h2>
        <fieldset className={styles.filters} aria-label={t('declarations.filter')}>
          {filters.map((each) => (
            <button
              key={each}
              type="button"
              className={styles.filter}
              aria-pressed={shown === each}
              onClick={() => setShown(each)}
            >
              {t(`declarations.shown.${each}`)}
            </button>
          ))}
        </fieldset>
      </div>
      {list.isError && list.data === undefined ? (
        <Fault error={list.error} retry={() => void list.refetch()} />
      ) : list.data === undefined ? (
        <EntriesSkeleton />
      ) : (
        <Rows
          declarations={list.data.pages.flatMap((page) => page.declarations)}
          mayChange={campaign.status === 'shortlisted'}
          onOpen={onOpen}
        />
      )}
      {list.hasNextPage && (
        <More
          isLoading={list.isFetchingNextPage}
          hasFailed={list.isFetchNextPageError}
          load={() => void list.fetchNextPage()}
          words={{
            more: t('declarations.more'),
            loading: t('member.loading'),
            failed: t('declarations.moreFailed'),
          }}
        />
      )}
    </section>
  )
}

type RowsProps = {
  readonly declarations: readonly Declaration[]
  readonly mayChange: boolean
  readonly onOpen: (declaration: Declaration) => void
}

/** What is suspended comes first: it sells nothing until its shop does something. */
function Rows({ declarations, mayChange, onOpen }: RowsProps) {
  const { t } = useWords()
  if (declarations.length === 0) {
    return (
      <Notice icon="bag" title={t('declarations.none.title')} text={t('declarations.none.text')} />
    )
  }
  const isSuspended = ({ status }: Declaration): boolean => status === 'suspended'
  const sorted = [
    ...declarations.filter(isSuspended),
    ...declarations.filter((each) => !isSuspended(each)),
  ]
  return (
    <ul className={card.list}>
      {sorted.map((each) => (
        <DeclarationRow
          key={`${each.kind}/${each.sku}`}
          declaration={each}
          onOpen={mayChange ? () => onOpen(each) : undefined}
        />
      ))}
    </ul>
  )
}
