import { EstioError } from '../../shared/platform/errors.ts';

export class EmbeddedMongodbError extends EstioError {
  override name = 'EmbeddedMongodbError';

  constructor(reason: string, cause?: unknown) {
    super(
      [
        `The embedded MongoDB cannot be used: ${reason}. One of these helps:`,
        '  - set MONGODB_URI to a MongoDB server that you have',
        '  - start one: docker run -d --name estio-mongodb -p 127.0.0.1:27017:27017 mongo:8, then set ' +
          'MONGODB_URI=mongodb://127.0.0.1:27017/estio',
        '  - use a newer system: Linux with glibc 2.38 or newer (Debian 13, Ubuntu 24.04) on x64 or arm64, or ' +
          'macOS on arm64',
      ].join('\n'),
      { code: 'embedded-mongodb', cause },
    );
  }
}
