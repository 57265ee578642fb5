import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { Brand } from '#web/kit/brand.tsx'
import { Button } from '#web/kit/button.tsx'
import { Icon } from '#web/kit/icon.tsx'
import { LanguageSwitch } from '#web/kit/language-switch.tsx'
import { useOnline } from '#web/kit/use-online.ts'
import { useWords } from '#web/i18n/words.ts'
import { rememberShop } from '#web/merchant/frame/last-shop.ts'
import type { Merchant } from '#web/merchant/frame/resources.ts'
import { sessionQuery } from '#web/session/session.ts'
import { useSignOut } from '#web/session/use-sign-out.ts'
import styles from './console-bar.module.css'

type ConsoleBarProps = { readonly merchant?: Merchant; readonly shopId?: string }

/** The top of the console: which shop it is about, the language, the way out. */
export function ConsoleBar({ merchant, shopId }: ConsoleBarProps) {
  const { t } = useWords()
  const isOnline = useOnline()
  const session = useQuery(sessionQuery)
  const signOut = useSignOut()
  return (
    <>
      <header className={styles.bar}>
        <Brand />
        <div className={styles.actions}>
          <LanguageSwitch />
          {session.data !== undefined && session.data !== null && (
            <Button look="quiet" disabled={signOut.isPending} onClick={() => signOut.mutate()}>
              <Icon name="leave" />
              <span className={styles.label}>{t('member.signOut')}</span>
            </Button>
          )}
        </div>
        {merchant !== undefined && shopId !== undefined && (
          <ShopSwitch merchant={merchant} shopId={shopId} />
        )}
      </header>
      <div aria-live="polite">
        {!isOnline && <p className={styles.offline}>{t('member.offline')}</p>}
        {signOut.isError && <p className={styles.offline}>{t('member.signOutFailed')}</p>}
      </div>
    </>
  )
}

function ShopSwitch({ merchant, shopId }: Required<ConsoleBarProps>) {
  const { t, word } = useWords()
  const navigate = useNavigate()
  const shop = merchant.shops.find((each) => each.shopId === shopId)
  return (
    <div className={styles.shop}>
      <select
        aria-label={t('console.shop')}
        className={styles.select}
        value={shopId}
        onChange={(event) => {
          rememberShop(event.target.value)
          void navigate({ to: '/merchant/$shopId', params: { shopId: event.target.value } })
        }}
      >
        {merchant.shops.map((each) => (
          <option key={each.shopId} value={each.shopId}>
            {each.title}
          </option>
        ))}
      </select>
      {shop !== undefined && (
        <span className={styles.about}>
          {word('shopTypes', shop.type)} · {word('categories', shop.mainCategory)}
        </span>
      )}
    </div>
  )
}
