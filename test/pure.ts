/** All pure tests in one process: see `_suite/pure-tests.ts`. */

import { loadPureTests } from './_suite/pure-tests.ts';

await loadPureTests();
