// send.mjs URL MESSAGES START none|gzip: one record a message, a millisecond apart, and one for each kind of body.
import { readFileSync } from 'node:fs';
import { ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { OTLPLogExporter } from '@opentelemetry/exporter-logs-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchLogRecordProcessor, LoggerProvider } from '@opentelemetry/sdk-logs';

const [url, messages, start, compression] = process.argv.slice(2);
const bodies = [{ z: 1, a: { b: '<&>', list: [1, 'x', true] } }, ['a', 2], 7, 1.5, true, Buffer.from('bytes'), ''];
const span = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: '00f067aa0ba902b7', traceFlags: 1 };
const provider = new LoggerProvider({
  resource: resourceFromAttributes({ 'service.name': 'otel', 'k8s.pod.name': 'pod-1', 'host.name': 'h', 'process.pid': 17 }),
  processors: [new BatchLogRecordProcessor({ exporter: new OTLPLogExporter({ url, compression }) })],
});
const logger = provider.getLogger('shop.checkout', '1.2.3');
const time = (milliseconds, nanoseconds) => [Math.floor(milliseconds / 1000), (milliseconds % 1000) * 1e6 + nanoseconds];
[...JSON.parse(readFileSync(messages, 'utf8')), ...bodies].forEach((body, i) =>
  logger.emit({
    timestamp: time(Number(start) + i, 0), observedTimestamp: time(Number(start) + i, 5), severityNumber: 13, severityText: 'WARN', body, eventName: 'order',
    attributes: { n: i, ratio: 0.5, ok: true, '9 odd-name': 'v', list: ['a', 'b'], deep: { k: { l: 1 } } }, context: trace.setSpanContext(ROOT_CONTEXT, span),
  }));
await provider.forceFlush();
await provider.shutdown();
