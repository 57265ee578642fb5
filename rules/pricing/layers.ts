import type { Basket, Layer } from '#rules/pricing/basket.ts'
import { layers as usualOrder, type PricingPolicy } from '#rules/pricing/policy.ts'

/**
 * The layers of the policy in its order, and those that it does not list but the basket needs: each after
 * the layer that it usually follows (PR-1).
 */
export function layersOf(
  basket: Basket,
  policy: PricingPolicy,
  has: { readonly presale: boolean; readonly freight: boolean },
): readonly Layer[] {
  let layers = asNamedHere(policy.layers)
  if (has.presale) layers = withLayer(layers, 'presale')
  for (const { kind } of basket.member.coupons) {
    if (kind === 'platform') layers = withLayer(layers, 'platformCoupon')
    else if (kind === 'category') layers = withLayer(layers, 'categoryCoupon')
  }
  if (policy.points.pay !== null) layers = withLayer(layers, 'points')
  return has.freight ? withLayer(layers, 'freight') : layers
}

/**
 * The layers of a policy by the very strings of this module, once for a policy: to compare strings that
 * were read from somewhere else takes longer, and layers are compared all the time.
 */
function asNamedHere(layers: readonly Layer[]): readonly Layer[] {
  let named = known.get(layers)
  if (named === undefined) {
    named = layers.map((layer) => usualOrder[usualOrder.indexOf(layer)]!)
    known.set(layers, named)
  }
  return named
}

const known = new WeakMap<readonly Layer[], readonly Layer[]>()

/** Puts a layer in after the last of those that usually come before it. */
function withLayer(layers: readonly Layer[], layer: Layer): readonly Layer[] {
  if (layers.includes(layer)) return layers
  const rank = usualOrder.indexOf(layer)
  const after = layers.findLastIndex((each) => usualOrder.indexOf(each) < rank)
  return layers.toSpliced(after + 1, 0, layer)
}

/** Whether the layer uses what the buyer holds: those are chosen together (PR-1). */
export function isChosen(layer: Layer): boolean {
  return layer !== 'presale' && layer !== 'item' && layer !== 'shop' && layer !== 'freight'
}
