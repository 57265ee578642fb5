import { useQuery } from '@tanstack/react-query'
import { Navigate } from '@tanstack/react-router'
import { Fault } from '#web/kit/fault.tsx'
import { Notice } from '#web/kit/notice.tsx'
import { useTitle } from '#web/kit/use-title.ts'
import { useWords } from '#web/i18n/words.ts'
import '#web/i18n/merchant-words.ts'
import { ConsoleBar } from '#web/merchant/frame/console-bar.tsx'
import { merchantQuery } from '#web/merchant/frame/resources.ts'
import { lastShop } from '#web/merchant/frame/last-shop.ts'
import { ToOwnSide } from '#web/merchant/frame/to-own-side.tsx'
import { EntriesSkeleton } from '#web/member/member-skeleton.tsx'
import { sessionQuery } from '#web/session/session.ts'
import { ToSignIn } from '#web/session/to-sign-in.tsx'
import styles from './shop-frame.module.css'

/** Where a merchant arrives: the shop looked at last, else the first one that is open. */
export function MerchantPage() {
  const { t } = useWords()
  useTitle(t('console.pageTitle'))
  return (
    <div className={styles.page}>
      <ConsoleBar />
      <main className={styles.main}>
        <Arrived />
      </main>
    </div>
  )
}

function Arrived() {
  const session = useQuery(sessionQuery)
  if (session.isError) {
    return <Fault isPage error={session.error} retry={() => void session.refetch()} />
  }
  if (session.data === undefined) return <EntriesSkeleton />
  if (session.data === null) return <ToSignIn />
  if (session.data.role !== 'merchant') return <ToOwnSide role={session.data.role} />
  return <ToShop merchantId={session.data.subject} />
}

function ToShop({ merchantId }: { readonly merchantId: string }) {
  const { t } = useWords()
  const merchant = useQuery(merchantQuery(merchantId))
  if (merchant.isError) {
    return <Fault isPage error={merchant.error} retry={() => void merchant.refetch()} />
  }
  if (merchant.data === undefined) return <EntriesSkeleton />
  const { shops } = merchant.data
  const known = shops.find(({ shopId }) => shopId === lastShop())
  const shop = known ?? shops.find(({ status }) => status === 'open') ?? shops[0]
  if (shop === undefined) {
    return (
      <Notice
        isPage
        icon="bag"
        title={t('console.noShops.title')}
        text={t('console.noShops.text')}
      />
    )
  }
  return <Navigate to="/merchant/$shopId" params={{ shopId: shop.shopId }} replace />
}
