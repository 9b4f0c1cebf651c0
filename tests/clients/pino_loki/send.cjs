// send.cjs URL MESSAGES: logs each message through the transport in its worker thread.
const fs = require('fs')
const pino = require('pino')

const [url, messages] = process.argv.slice(2)
const transport = pino.transport({
  target: 'pino-loki',
  options: { host: url, labels: { service: 'pino' }, propsToLabels: ['tier'], batching: { interval: 1 } }
})
const logger = pino({}, transport)
for (const [i, message] of JSON.parse(fs.readFileSync(messages)).entries()) {
  logger[i % 2 ? 'warn' : 'info']({ tier: `t${i % 3}`, n: i }, message)
}
transport.end()
