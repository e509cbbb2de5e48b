// fast-check with its draws fixed: the same inputs in each run, so that a red run says something of the change before it.
// IMIP_TEST_SEED=N draws others, IMIP_TEST_SEED=random others each time; `npm run fuzz` does that for as long as it is told to.
import fc from 'fast-check'

const wanted = process.env.IMIP_TEST_SEED ?? '20260302'
if (wanted !== 'random') fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: Number(wanted) })

export { fc }
