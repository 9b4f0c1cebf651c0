// send.cjs URL MESSAGES json|protobuf
const fs = require('fs')
const winston = require('winston')
const LokiTransport = require('winston-loki')

const [url, messages, format] = process.argv.slice(2)
const transport = new LokiTransport({
  host: url,
  json: format === 'json',
  interval: 1,
  labels: { service: 'winston', odd: 'x={1, 2}' },
  format: winston.format.printf(info => info.message),
  onConnectionError: error => { console.error(error); process.exitCode = 1 }
})
const logger = winston.createLogger({ transports: [transport] })
for (const [i, message] of JSON.parse(fs.readFileSync(messages)).entries()) {
  logger.log({ level: i % 2 ? 'warn' : 'info', message, n: i, deep: { a: [i] } })
}
transport.flush().then(() => logger.close())
