import { useInfiniteQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Notice } from '#web/kit/notice.tsx'
import { Paged } from '#web/kit/paged.tsx'
import { useWords } from '#web/i18n/words.ts'
import { Page } from '#web/merchant/frame/page.tsx'
import { useShopId } from '#web/merchant/frame/shop-context.ts'
import { Tabs } from '#web/merchant/parts/tabs.tsx'
import { shipmentsQuery, type Due } from '#web/merchant/shipments/resources.ts'
import { ShipmentRow } from '#web/merchant/shipments/shipment-row.tsx'
import { ShipmentSheet } from '#web/merchant/shipments/shipment-sheet.tsx'
import type { Shipment } from '#web/member/delivery/resources.ts'
import card from '#web/member/club/card.module.css'

/** What the shop has to ship, the most urgent first. */
export function ShipmentsPage() {
  const { t } = useWords()
  const shopId = useShopId()
  const [due, setDue] = useState<Due>('all')
  const [opened, setOpened] = useState<Shipment>()
  const shipments = useInfiniteQuery({ ...shipmentsQuery(shopId, due), refetchInterval: 60_000 })
  const counts = shipments.data?.pages[0]?.counts
  const tabs = [
    { name: 'all', text: t('shipments.all', { count: sumOf(counts) }) },
    { name: 'overdue', text: t('shipments.overdue', { count: counts?.overdue ?? 0 }) },
    { name: 'today', text: t('shipments.today', { count: counts?.today ?? 0 }) },
    { name: 'late', text: t('shipments.late') },
  ] as const
  return (
    <Page title={t('console.nav.shipments')} lead={t('shipments.lead')}>
      <Tabs label={t('shipments.which')} tabs={tabs} chosen={due} choose={setDue} />
      <section className={card.card} aria-label={t('console.nav.shipments')}>
        <Paged
          query={shipments}
          itemsOf={(page) => page.shipments}
          keyOf={({ memberId, orderId }) => `${memberId}/${orderId}`}
          show={(shipment) => <ShipmentRow shipment={shipment} open={setOpened} />}
          none={<Notice icon="check" title={t(`shipments.none.${due}`)} />}
        />
      </section>
      {opened !== undefined && (
        <ShipmentSheet shipment={opened} onClosed={() => setOpened(undefined)} />
      )}
    </Page>
  )
}

type Counts = { readonly overdue: number; readonly today: number; readonly later: number }

function sumOf(counts: Counts | undefined): number {
  return counts === undefined ? 0 : counts.overdue + counts.today + counts.later
}
