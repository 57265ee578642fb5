import { createRequire } from 'node:module'
import { join } from 'node:path'
import { installPeers, peersFolder } from '#bench/support/install-peers.ts'

/** A promotion with its relations, as the module's repository gives it to its compute functions. */
export type MedusaPromotion = {
  readonly code: string
  readonly type: 'standard' | 'buyget'
  readonly is_automatic: boolean
  readonly is_tax_inclusive: boolean
  readonly limit: number | null
  readonly used: number
  readonly rules: readonly MedusaRule[]
  readonly application_method: {
    readonly type: 'percentage' | 'fixed'
    readonly target_type: 'items' | 'order'
    readonly allocation: 'each' | 'across'
    readonly value: number
    readonly max_quantity: number | null
    readonly currency_code: string
    readonly target_rules: readonly MedusaRule[]
    readonly buy_rules: readonly MedusaRule[]
  }
}

export type MedusaRule = {
  readonly attribute: string
  readonly operator: 'eq' | 'gte'
  readonly values: readonly { readonly value: string }[]
}

export type MedusaItem = {
  readonly id: string
  readonly quantity: number
  readonly unit_price: number
  readonly subtotal: number
  readonly original_total: number
  readonly is_discountable: boolean
  readonly product: { readonly id: string }
  readonly shop: string
}

export type MedusaContext = {
  readonly currency_code: string
  readonly items: readonly MedusaItem[]
  /** What the promotions' rules look at. */
  readonly shops: Readonly<Record<string, number>>
}

export type MedusaAction = {
  readonly action: string
  readonly item_id: string
  readonly amount: { toNumber(): number }
  readonly code: string
}

export type Medusa = {
  /** The compute functions alone: rules, then the actions of each promotion. */
  readonly compute: (
    promotions: readonly MedusaPromotion[],
    context: MedusaContext,
  ) => readonly MedusaAction[]
  /** The module's own `computeActions`, with memory in place of its tables. */
  readonly service: (
    promotions: readonly MedusaPromotion[],
    context: MedusaContext,
  ) => Promise<readonly unknown[]>
}

type ComputeActions = {
  readonly sortByBuyGetType: (a: MedusaPromotion, b: MedusaPromotion) => number
  readonly getComputedActionsForItems: (
    promotion: MedusaPromotion,
    items: readonly MedusaItem[],
    applied: Map<string, unknown>,
    allocation?: 'across',
  ) => readonly MedusaAction[]
}

type Rules = {
  readonly areRulesValidForContext: (
    rules: readonly MedusaRule[],
    context: MedusaContext,
    scope: 'order',
  ) => boolean
}

type Service = {
  computeActions: (
    codes: readonly string[],
    context: MedusaContext,
    options: { readonly prevent_auto_promotions: true },
  ) => Promise<readonly unknown[]>
}

/** Loads the promotion module of Medusa, installing it first when it is not there. */
export async function loadMedusa(say: (line: string) => void): Promise<Medusa> {
  await installPeers(say)
  const load = createRequire(join(peersFolder, 'package.json'))
  const dist = '@medusajs/promotion/dist'
  const actions = load(`${dist}/utils/compute-actions`) as ComputeActions
  const { areRulesValidForContext } = load(`${dist}/utils/validations`) as Rules
  const services = load(`${dist}/services`) as {
    readonly PromotionModuleService: { readonly prototype: Service }
  }

  const compute: Medusa['compute'] = (promotions, context) => {
    const found: MedusaAction[] = []
    const applied = new Map<string, unknown>()
    for (const promotion of promotions.toSorted(actions.sortByBuyGetType)) {
      const method = promotion.application_method
      if (promotion.limit !== null && promotion.used >= promotion.limit) continue
      if (method.currency_code !== context.currency_code) continue
      if (!areRulesValidForContext(promotion.rules, context, 'order')) continue
      const across = method.target_type === 'order' ? 'across' : undefined
      const { getComputedActionsForItems } = actions
      found.push(...getComputedActionsForItems(promotion, context.items, applied, across))
    }
    return found
  }

  const service: Medusa['service'] = async (promotions, context) => {
    const module = Object.create(services.PromotionModuleService.prototype, {
      baseRepository_: { value: { getFreshManager: () => ({}) } },
      listActivePromotions_: { value: async () => promotions.slice() },
    }) as Service
    const codes = promotions.map((promotion) => promotion.code)
    return await module.computeActions(codes, context, { prevent_auto_promotions: true })
  }
  return { compute, service }
}
