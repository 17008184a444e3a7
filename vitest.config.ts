import {defineConfig} from 'vitest/config';

export default defineConfig({
  test: {
    projects: [
      {test: {name: 'unit', include: ['test/{src,components,screens}/**/*.test.{ts,tsx}'], testTimeout: 20_000}},
      {test: {name: 'journeys', include: ['test/journeys/**/*.test.{ts,tsx}'], testTimeout: 30_000}},
      {
        test: {
          name: 'terminal',
          include: ['test/terminal/**/*.test.ts'],
          testTimeout: 60_000,
          globalSetup: ['test/terminal/build.ts'],
        },
      },
      {
        test: {
          name: 'lab',
          include: ['test/lab/*.test.ts'],
          testTimeout: 300_000,
          hookTimeout: 900_000,
          fileParallelism: false,
          globalSetup: ['test/lab/setup.ts'],
        },
      },
      {
        test: {
          name: 'lab-full',
          include: ['test/lab/full/*.test.ts'],
          testTimeout: 300_000,
          hookTimeout: 900_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
