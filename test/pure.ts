/** All tests that need no process of their own, in one: see `_suite/pure-tests.ts`. */

import { loadPureTests } from './_suite/pure-tests.ts';

await loadPureTests();
