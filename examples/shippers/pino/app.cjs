// pino with its Loki transport: a worker thread batches the lines and pushes them.
const pino = require('pino')

const transport = pino.transport({
  target: 'pino-loki',
  options: {host: process.env.SLEIPNIR_URL, labels: {service: 'shop', shipper: 'pino', env: 'shippers'}, batching: {interval: 1}},
})
const log = pino({base: null, timestamp: pino.stdTimeFunctions.epochTime}, transport)
const request = log.child({trace_id: process.env.TRACE_ID})

request.info({order_id: 'order-1'}, 'order accepted')
request.warn({order_id: 'order-1'}, 'provider is slow')
request.error({order_id: 'order-1'}, 'card declined')
transport.end()
