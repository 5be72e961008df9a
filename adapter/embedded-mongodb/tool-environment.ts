import type { Environment } from '../../shared/platform/config.ts';

/** Without secrets. */
export function toolEnvironment(environment: Environment): NodeJS.ProcessEnv {
  const passed = Object.entries(environment).filter(([name]) =>
    /^(HOME|TMPDIR|APT_CONFIG|(https?|ftp|all|no)_proxy)$/i.test(name),
  );
  // dpkg calls tar, xz and programs in sbin.
  return {
    ...Object.fromEntries(passed),
    PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    LC_ALL: 'C',
  };
}
