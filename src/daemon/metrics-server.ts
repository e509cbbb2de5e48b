// Where Prometheus asks: one page of text by HTTP, on a socket or a port of its own.
import { createServer } from 'node:http'
import { TemporaryFailure } from '../failure.ts'
import { type ServerAddress, serializeServerAddress } from '../mail/transport/server-address.ts'
import { removeStaleSocket } from './stale-socket.ts'

export interface MetricsServer {
  stop(): void
}

export async function startMetricsServer(address: ServerAddress, serialize: () => string): Promise<MetricsServer> {
  const server = createServer({ requestTimeout: 10_000 }, (request, response) => {
    if (request.method !== 'GET' || !/^\/metrics(\?|$)/.test(request.url ?? '')) {
      response.writeHead(404, { 'content-type': 'text/plain; charset=utf-8' }).end('There is only GET /metrics.\n')
      return
    }
    response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' }).end(serialize())
  })
  if (address.kind === 'socket') await removeStaleSocket(address.path)
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(
        new TemporaryFailure(`cannot listen on ${serializeServerAddress(address)}: ${error.code ?? error.message}`),
      ),
    )
    if (address.kind === 'socket') server.listen(address.path, resolve)
    else server.listen(address.port, address.host, resolve)
  })
  return {
    stop() {
      server.close()
      server.closeAllConnections()
    },
  }
}
