// The configuration as an agent takes it: with a way to deliver where it cannot be read.
import { existsSync } from 'node:fs'
import { dirname } from 'node:path'
import { type ConfigOverride, defaultConfigFile, type LoadedConfig, readConfig } from '../config/load-config.ts'

export interface ConfigurationOptions {
  readonly configFile: string | undefined
  readonly overrides: readonly ConfigOverride[]
}

/** An unreadable configuration and a file `PASS` beside it: deliver, with what could be read of it. */
export function readConfiguration(
  { configFile, overrides }: ConfigurationOptions,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): LoadedConfig {
  const config = readConfig({ file: configFile, environment, overrides })
  if (config.faults.length === 0) return config
  const passFile = `${dirname(configFile ?? defaultConfigFile)}/PASS`
  if (!existsSync(passFile)) return config
  return { ...config, configuration: { ...config.configuration, mode: 'pass' } }
}
