import { flushCompileCache } from 'node:module';
import type { Command } from '../command.ts';
import { currentEnvironment, readServerConfig } from '../../shared/platform/config.ts';
import { createLogger } from '../../shared/platform/logger.ts';
import { version } from '../../shared/platform/version.ts';
import { createAlerts } from '../alerts/watch.ts';
import { connectPageRoutes } from '../connect-page.ts';
import { exitCodes } from '../exit-codes.ts';
import { feedImagesRoute } from '../feed-images.ts';
import { guardCallers } from '../guard-callers.ts';
import { inheritedSocket } from '../inherited-socket.ts';
import { createJobService } from '../job-service.ts';
import { findJobs } from '../jobs.ts';
import { createMetrics } from '../metrics.ts';
import { otherHostsWarning } from '../other-hosts.ts';
import { fromProjectRoot } from '../project.ts';
import { createPushQueue } from '../push-queue.ts';
import { pushRoutes } from '../push-routes.ts';
import { apiRoutes, router } from '../routes.ts';
import { listen } from '../server.ts';
import { signalled, stopSignals } from '../signals.ts';
import { statusPageRoutes } from '../status-page/status-page-route.ts';

export const serve: Command = async ({ options }) => {
  const config = readServerConfig();
  const prettyLog = process.stdout.isTTY;
  const log = await createLogger({ level: config.logLevel, fd: 1, pretty: prettyLog });
  const jobs = await findJobs({ production: config.nodeEnv === 'production', folder: options.functions, log });
  const service = createJobService({ config, log, jobs, logFd: 1, prettyLog });
  const shutdown = new AbortController();
  const metrics = createMetrics(service, log);
  service.onEnvelope(metrics.observe);
  const alerts = createAlerts(service, log);
  alerts.start();
  const routes = [
    ...statusPageRoutes({ service, log, shutdown: shutdown.signal }),
    ...connectPageRoutes(service, log),
    ...pushRoutes(config, createPushQueue(service, shutdown.signal, log), log),
    feedImagesRoute(fromProjectRoot(config.dataDir)),
    ...apiRoutes({
      service,
      metrics,
      tokens: [config.cronSecret, config.cronSecretPrevious],
      readTokens: [config.metricsToken],
      shutdown: shutdown.signal,
    }),
  ];
  const server = await listen({
    host: config.host,
    port: config.port,
    inherited: inheritedSocket(currentEnvironment(), process.pid),
    handle: router(routes, shutdown.signal, log, guardCallers(service.clock, log)),
  });
  log.info({ url: server.url, version, jobs: [...jobs.keys()], pid: process.pid }, `listening on ${server.url}`);
  // Node saves compiled code only at a normal exit. It halves the next start's time.
  flushCompileCache();
  void service
    .history()
    .then(() => otherHostsWarning(config))
    .then((warning) => warning && log.warn(warning))
    .catch((error: unknown) => log.error({ err: error }, 'the database is not ready'));

  const signal = await signalled(stopSignals);
  log.info({ signal, running: service.running().length }, 'shutting down');
  server.leave();
  shutdown.abort(new Error(`the server was asked to stop (${signal})`));
  const impatient = signalled(stopSignals).then(() => log.warn('asked to stop twice: not waiting for running jobs'));
  await Promise.race([service.idle(), impatient]);
  await Promise.race([server.close(), impatient]);
  await Promise.race([alerts.close(), impatient]);
  await service.close(impatient);
  log.info('stopped');
  return exitCodes.done;
};
