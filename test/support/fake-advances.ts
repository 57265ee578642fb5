// What the fake API answers of instant refund.

export const limit = {
  fullLimitFen: 60_000,
  limitFen: 50_000,
  outstandingFen: 32_800,
  leftFen: 17_200,
  unpaid: 1,
  isBlocked: false,
  why: [],
}

const advance = {
  returnId: 'return-1',
  tradeId: 'L1003',
  status: 'settled',
  amountFen: 3_490,
  openFen: 0,
  settledFen: 3_490,
  owedFen: 0,
  repaidFen: 0,
  lines: [],
  madeAt: '2018-07-24T13:00:00+08:00',
  dueAt: '2018-08-23T13:00:00+08:00',
  endedAt: '2018-08-08T02:00:00+08:00',
  policy: 'instantRefund@1',
  limit,
}

export const advances = [
  {
    ...advance,
    returnId: 'return-3',
    tradeId: 'L1004',
    status: 'open',
    amountFen: 17_800,
    openFen: 17_800,
    settledFen: 0,
    endedAt: null,
  },
  {
    ...advance,
    returnId: 'return-2',
    status: 'owed',
    amountFen: 15_000,
    settledFen: 0,
    owedFen: 15_000,
    endedAt: null,
  },
  advance,
]

export const noLimit = {
  ...limit,
  fullLimitFen: 0,
  limitFen: 0,
  outstandingFen: 0,
  leftFen: 0,
  unpaid: 0,
}
