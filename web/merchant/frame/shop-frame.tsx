import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link, Outlet } from '@tanstack/react-router'
import { useMemo } from 'react'
import { buttonClass } from '#web/kit/button.tsx'
import { Fault } from '#web/kit/fault.tsx'
import { Notice } from '#web/kit/notice.tsx'
import { useWords } from '#web/i18n/words.ts'
import '#web/i18n/merchant-words.ts'
import { ConsoleBar } from '#web/merchant/frame/console-bar.tsx'
import { ConsoleNav } from '#web/merchant/frame/console-nav.tsx'
import { InMarket } from '#web/merchant/frame/in-market.tsx'
import { merchantQuery } from '#web/merchant/frame/resources.ts'
import { ShopContext } from '#web/merchant/frame/shop-context.ts'
import { ToOwnSide } from '#web/merchant/frame/to-own-side.tsx'
import { EntriesSkeleton } from '#web/member/member-skeleton.tsx'
import { sessionQuery } from '#web/session/session.ts'
import { ToSignIn } from '#web/session/to-sign-in.tsx'
import styles from './shop-frame.module.css'

/** What is around every page of a shop: which shop it is, and the ways to the other pages. */
export function ShopFrame() {
  const session = useQuery(sessionQuery)
  return (
    <div className={styles.page}>
      {session.isError ? (
        <Alone>
          <Fault isPage error={session.error} retry={() => void session.refetch()} />
        </Alone>
      ) : session.data === undefined ? (
        <Alone>
          <EntriesSkeleton />
        </Alone>
      ) : session.data === null ? (
        <ToSignIn />
      ) : session.data.role === 'merchant' ? (
        <OfMerchant merchantId={session.data.subject} />
      ) : (
        <Alone>
          <ToOwnSide role={session.data.role} />
        </Alone>
      )}
    </div>
  )
}

/** A page without a shop. */
function Alone({ children }: { readonly children: React.ReactNode }) {
  return (
    <>
      <ConsoleBar />
      <main className={styles.main}>{children}</main>
    </>
  )
}

function OfMerchant({ merchantId }: { readonly merchantId: string }) {
  const { shopId } = getRouteApi('/merchant/$shopId').useParams()
  const merchant = useQuery(merchantQuery(merchantId))
  const shop = merchant.data?.shops.find((each) => each.shopId === shopId)
  const value = useMemo(
    () => (merchant.data && shop ? { merchant: merchant.data, shop } : undefined),
    [merchant.data, shop],
  )
  if (merchant.isError) {
    return (
      <Alone>
        <Fault isPage error={merchant.error} retry={() => void merchant.refetch()} />
      </Alone>
    )
  }
  if (merchant.data === undefined) {
    return (
      <Alone>
        <EntriesSkeleton />
      </Alone>
    )
  }
  if (value === undefined) {
    return (
      <Alone>
        <NoSuchShop />
      </Alone>
    )
  }
  return (
    <ShopContext value={value}>
      <ConsoleBar merchant={value.merchant} shopId={shopId} />
      <div className={styles.columns}>
        <ConsoleNav shopId={shopId} />
        <main className={styles.main}>
          <InMarket>
            <Outlet />
          </InMarket>
        </main>
      </div>
    </ShopContext>
  )
}

function NoSuchShop() {
  const { t } = useWords()
  return (
    <Notice isPage icon="alert" title={t('console.noSuchShop')}>
      <Link to="/merchant" className={buttonClass('plain')}>
        {t('console.toShops')}
      </Link>
    </Notice>
  )
}
