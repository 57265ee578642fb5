import type { TimedCommand } from '#rules/ledger/post.ts'
import type { Answer, Command, CommandKind } from '#rules/ledger/wallet.ts'
import {
  balancesOf,
  becomeAvailable,
  byLot,
  comeBack,
  enterModel,
  latestFirst,
  likeLot,
  newLot,
  settleModel,
  soonestFirst,
  unitsIn,
  type ModelLot,
  type ModelWallet,
  type Unit,
} from '#test/rules/ledger/model-wallet.ts'

/** What one command comes to, before it is told as an answer. */
type Outcome =
  | { readonly refusal: string; readonly short?: number; readonly left?: number }
  | {
      readonly amount: number
      readonly moved: readonly Unit[]
      readonly lot?: ModelLot
      readonly debtMade?: number
      readonly forgiven?: number
    }

type Of<Kind extends CommandKind> = Extract<Command, { kind: Kind }>

/** Applies one command to the model and tells what the ledger must answer. */
export function tellModel(model: ModelWallet, command: TimedCommand): Answer {
  const key = `${command.kind}:${command.ref}`
  const { fingerprint } = command.meta
  const before = model.told.get(key)
  if (before?.fingerprint === fingerprint) return before.answer
  if (before !== undefined) return { ok: false, refusal: 'ledger/ref-reused' }

  const now = Math.max(command.at.epochMilliseconds, model.lastMs)
  settleModel(model, now)
  const [debt, expired] = [model.debt, unitsIn(model, 'expired').length]
  const outcome = decide(model, command, now)
  const refused = 'refusal' in outcome
  enterModel(model, `${command.kind} ${command.ref} ${refused ? 'refused' : 'done'}`, now)

  const after = balancesOf(model)
  const seq = model.entries.length
  const told = refused
    ? { ok: false, ...outcome, seq, after }
    : {
        ok: true,
        seq,
        after,
        amount: outcome.amount,
        lots: drawsOf(outcome.moved),
        ...(command.kind === 'earn' ? { expiresAt: command.expiresAt?.toString() ?? null } : {}),
        ...positive('expired', unitsIn(model, 'expired').length - expired),
        ...positive('debtPaid', debt + (outcome.debtMade ?? 0) - model.debt),
        ...positive('debtMade', outcome.debtMade ?? 0),
        ...positive('forgiven', outcome.forgiven ?? 0),
      }
  const answer = told as unknown as Answer
  const amount = refused ? 0 : outcome.amount
  const lot = refused ? undefined : outcome.lot
  model.told.set(key, { fingerprint, answer, amount, undone: 0, lot })
  return answer
}

function decide(model: ModelWallet, command: Command, now: number): Outcome {
  switch (command.kind) {
    case 'earn':
      return earn(model, command, now)
    case 'spend':
    case 'hold':
      return draw(model, command, now)
    case 'capture':
    case 'release':
      return useHold(model, command, now)
    case 'giveBack':
      return giveBack(model, command, now)
    case 'clawBack':
      return clawBack(model, command)
    case 'forfeit':
      return forfeit(model, command)
    case 'unseal':
      model.sealed = false
      return { amount: 0, moved: [] }
  }
}

function earn(model: ModelWallet, command: Of<'earn'>, now: number): Outcome {
  const activeMs = (command.activeAt ?? command.meta.occurredAt).epochMilliseconds
  const expiresMs = command.expiresAt?.epochMilliseconds ?? Infinity
  if (model.sealed) return { refusal: 'ledger/wallet-sealed' }
  if (expiresMs <= activeMs) return { refusal: 'ledger/expiry-before-activation' }
  if (command.amount === 0) return { amount: 0, moved: [] }

  const { amount, ref, funder, target } = command
  const terms = { ref, funder, target, activeMs, expiresMs, merges: command.merge === true }
  const counts = activeMs <= now && now < expiresMs
  const lot = (counts ? likeLot(model, terms, now) : undefined) ?? newLot(model, terms)
  const moved = Array.from({ length: amount }, (): Unit => ({ lot, place: 'pending', by: '' }))
  lot.amount += amount
  model.units.push(...moved)
  if (activeMs <= now) moved.forEach((unit) => comeBack(model, unit, now))
  return { amount, moved, lot }
}

/** LE-5: a spend or a hold, whole or not at all. */
function draw(model: ModelWallet, command: Of<'spend'> | Of<'hold'>, now: number): Outcome {
  if (model.sealed) return { refusal: 'ledger/wallet-sealed' }
  const endMs =
    command.kind === 'hold' ? (command.expiresAt?.epochMilliseconds ?? Infinity) : Infinity
  if (endMs <= now) return { refusal: 'ledger/hold-already-over' }

  const may = ({ lot }: Unit): boolean =>
    lot.expiresMs > now && (command.lots?.includes(lot.ref) ?? lot.target === undefined)
  const units = unitsIn(model, 'available', may)
  if (command.lots !== undefined && units.length === 0) return { refusal: 'ledger/unknown-lot' }
  const short = command.amount - units.length
  if (short > 0) return { refusal: 'ledger/insufficient', short }

  const moved = units.sort(command.order === 'oldest' ? byLot : soonestFirst)
  moved.splice(command.amount)
  for (const unit of moved) {
    unit.place = command.kind === 'hold' ? 'held' : 'spent'
    unit.by = command.kind === 'hold' ? command.ref : `spend:${command.ref}`
  }
  if (command.kind === 'hold') model.holdEnds.set(command.ref, endMs)
  return { amount: command.amount, moved }
}

function useHold(model: ModelWallet, command: Of<'capture' | 'release'>, now: number): Outcome {
  const held = unitsIn(model, 'held', (unit) => unit.by === command.of)
  if (!model.holdEnds.has(command.of)) return { refusal: 'ledger/unknown-hold' }
  if (held.length === 0) return { refusal: 'ledger/hold-closed' }
  const amount = command.amount ?? held.length
  if (amount > held.length) return { refusal: 'ledger/more-than-held', left: held.length }

  const moved = held.sort(command.kind === 'capture' ? soonestFirst : latestFirst).slice(0, amount)
  for (const unit of moved) {
    if (command.kind === 'release') comeBack(model, unit, now)
    else [unit.place, unit.by] = ['spent', `capture:${command.ref}`]
  }
  return { amount, moved }
}

function giveBack(model: ModelWallet, command: Of<'giveBack'>, now: number): Outcome {
  const by = [`spend:${command.of}`, `capture:${command.of}`].find((key) => wasDone(model, key))
  const why = undo(model, by, command.amount)
  if (why !== undefined) return why

  const graceMs = command.graceUntil?.epochMilliseconds ?? -Infinity
  const graceLots = new Map<ModelLot, ModelLot>()
  const moved = unitsIn(model, 'spent', (unit) => unit.by === by).sort(latestFirst)
  moved.splice(command.amount)
  for (const unit of moved) {
    const { lot } = unit
    if (model.sealed) unit.place = 'expired'
    else if (now < lot.expiresMs || graceMs <= now) comeBack(model, unit, now)
    else {
      const terms = { activeMs: now, expiresMs: graceMs, merges: false, ref: command.ref }
      unit.lot = graceLots.get(lot) ?? newLot(model, { ...lot, ...terms })
      unit.lot.amount += 1
      graceLots.set(lot, unit.lot)
      becomeAvailable(model, unit)
    }
  }
  return { amount: command.amount, moved }
}

function clawBack(model: ModelWallet, command: Of<'clawBack'>): Outcome {
  const by = `earn:${command.of}`
  const told = model.told.get(by)
  const most = command.orLess === true && told !== undefined ? told.amount - told.undone : Infinity
  const amount = Math.min(command.amount, most)
  const why = undo(model, wasDone(model, by) ? by : undefined, amount)
  if (why !== undefined) return why

  const lot = told?.lot
  const own = (unit: Unit): boolean => unit.lot === (lot?.mergedInto ?? lot)
  const others = unitsIn(model, 'available', (unit) => !own(unit))
  others.sort(command.order === 'oldest' ? byLot : soonestFirst)
  const moved = [
    ...unitsIn(model, 'pending', own),
    ...unitsIn(model, 'available', own),
    ...unitsIn(model, 'expired', own),
    ...others.filter((unit) => unit.lot.target === undefined),
    ...others.filter((unit) => unit.lot.target !== undefined),
  ].slice(0, amount)
  for (const unit of moved) unit.place = 'clawed'

  const missing = amount - moved.length
  const debtMade = command.shortfall === 'debt' ? missing : 0
  model.debt += debtMade
  return { amount, moved, debtMade, forgiven: missing - debtMade }
}

function forfeit(model: ModelWallet, command: Of<'forfeit'>): Outcome {
  const places = ['available', 'pending', 'held'] as const
  const moved = places.flatMap((place) => unitsIn(model, place))
  for (const unit of moved) unit.place = 'expired'
  if (command.seal === true) model.sealed = true
  return { amount: moved.length, moved }
}

/** LE-11: counts an undoing, or tells why it is refused. */
function undo(model: ModelWallet, key: string | undefined, amount: number): Outcome | undefined {
  const told = key === undefined ? undefined : model.told.get(key)
  if (told === undefined) return { refusal: 'ledger/unknown-reference' }
  const left = told.amount - told.undone
  if (amount > left) return { refusal: 'ledger/more-than-left-to-undo', left }
  told.undone += amount
  return undefined
}

function wasDone(model: ModelWallet, key: string): boolean {
  return model.told.get(key)?.answer.ok === true
}

function drawsOf(units: readonly Unit[]): { lotId: number; amount: number }[] {
  const lots = Map.groupBy(units, (unit) => unit.lot.id)
  return [...lots].map(([lotId, of]) => ({ lotId, amount: of.length }))
}

function positive(name: string, amount: number): Record<string, number> {
  return amount > 0 ? { [name]: amount } : {}
}
