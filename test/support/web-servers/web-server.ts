// Private web servers with the configuration we ship, on a port of the loopback, until the test ends.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ScratchFolder } from '../mail-servers/scratch.ts'
import { findFreePort, requireMailServers, startServer } from '../mail-servers/server-process.ts'
import { fillShippedFile } from '../mail-servers/shipped-file.ts'
import { fetchWithCurl } from './curl.ts'

export interface WebServer {
  /** Without a slash at the end. */
  readonly address: string
  stop(): Promise<void>
}

export type WebServerName = 'apache2' | 'nginx'

export const startWebServer = async (
  name: WebServerName,
  scratch: ScratchFolder,
  publish: string,
): Promise<WebServer> => {
  const program = `/usr/sbin/${name}`
  requireMailServers(program, '/usr/bin/curl')
  const folder = join(scratch.path, name)
  mkdirSync(join(folder, 'empty'), { recursive: true })
  const port = await findFreePort()
  const configuration = join(folder, 'server.conf')
  const shipped = name === 'apache2' ? 'apache/imip-agent.conf' : 'nginx/imip-agent.conf'
  const text = name === 'apache2' ? makeApacheConfiguration : makeNginxConfiguration
  writeFileSync(configuration, text(folder, port, fillShippedFile(shipped, { PUBLISH_DIR: publish })))
  const address = `http://127.0.0.1:${port}`
  const server = await startServer(scratch, {
    name,
    program,
    args: name === 'apache2' ? ['-f', configuration, '-D', 'FOREGROUND'] : ['-c', configuration, '-p', folder],
    isReady: async () => (await fetchWithCurl(`${address}/`)).status !== 0,
    logs: [join(folder, 'error.log')],
  })
  return { address, stop: server.stop }
}

const makeApacheConfiguration = (folder: string, port: number, shipped: string): string => `
ServerRoot ${folder}
DefaultRuntimeDir ${folder}
PidFile ${folder}/pid
ErrorLog ${folder}/error.log
ServerName localhost
Listen 127.0.0.1:${port}
User www-data
Group www-data
${['mpm_event', 'authz_core', 'alias', 'headers'].map((name) => `LoadModule ${name}_module /usr/lib/apache2/modules/mod_${name}.so`).join('\n')}
DocumentRoot ${folder}/empty
<Directory />
  AllowOverride None
  Require all denied
</Directory>
<Directory ${folder}/empty>
  Require all granted
</Directory>
${shipped}
`

const makeNginxConfiguration = (folder: string, port: number, shipped: string): string => `
daemon off;
user www-data;
worker_processes 1;
pid ${folder}/pid;
error_log ${folder}/error.log;
events {
}
http {
  access_log off;
${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `  ${name}_temp_path ${folder}/${name};`).join('\n')}
  server {
    listen 127.0.0.1:${port};
    root ${folder}/empty;
${shipped}
  }
}
`
