/** DESIGN.md's directions: screens → components → types of src; screens → src/console → src. No cycles, no orphans. */
export default {
  forbidden: [
    {name: 'no-cycle', severity: 'error', from: {}, to: {circular: true, viaOnly: {dependencyTypesNot: ['type-only']}}},
    {
      name: 'no-orphan',
      severity: 'error',
      from: {orphan: true, pathNot: ['\\.d\\.ts$', '^test/', '^gen/']},
      to: {},
    },
    {
      name: 'src-has-no-react',
      comment: 'src knows and does; it does not draw.',
      severity: 'error',
      from: {path: '^src/'},
      to: {path: 'node_modules/(react|ink|ink-table|@tanstack/react-query)/'},
    },
    {
      name: 'src-does-not-know-screens',
      comment: 'Only main.ts loads the screens, when a terminal is there.',
      severity: 'error',
      from: {path: '^src/', pathNot: '^src/main\\.ts$'},
      to: {path: '^(screens|components)/'},
    },
    {
      name: 'components-know-nothing',
      comment:
        'Reusable parts: no I/O, no knowledge of Airflow, SSH or the console. Types may be shared, and how text is made harmless.',
      severity: 'error',
      from: {path: '^components/'},
      to: {path: '^(screens|src)/', pathNot: '^src/(text|words)\\.ts$', dependencyTypesNot: ['type-only']},
    },
    {
      name: 'components-do-no-io',
      severity: 'error',
      from: {path: '^components/'},
      to: {dependencyTypes: ['core'], pathNot: '^(node:)?(util)$'},
    },
    {
      name: 'network-has-its-rooms',
      comment: 'Only these rooms touch the network, processes or files.',
      severity: 'error',
      from: {path: '^(src|screens|components)/', pathNot: '^src/(airflow|host|demo)/'},
      to: {path: 'node_modules/(got|ssh2)/'},
    },
    {
      name: 's3-has-its-room',
      severity: 'error',
      from: {path: '^(src|screens|components)/', pathNot: '^src/store/'},
      to: {path: 'node_modules/@(aws-sdk|smithy)/'},
    },
    {
      name: 'io-has-its-rooms',
      severity: 'error',
      from: {
        path: '^(src|screens)/',
        pathNot: '^src/(airflow|host|profile|activity|store|demo)/|^src/windsock\\.ts$',
      },
      to: {path: '^(node:)?(fs|fs/promises|net|tls|http|https|child_process|dns)$', dependencyTypes: ['core']},
    },
    {
      name: 'wire-names-stay-at-the-border',
      comment: 'What Airflow or systemd call things is converted where it comes in.',
      severity: 'error',
      from: {path: '^(src|screens|components)/', pathNot: '^src/airflow/'},
      to: {path: '^src/airflow/.*(wire|v1|v2|http|login)'},
    },
    {
      name: 'screens-do-not-reach-around-the-console',
      severity: 'error',
      from: {path: '^screens/'},
      to: {path: '^src/(host|demo)/|^src/trial/trial\\.ts$', dependencyTypesNot: ['type-only']},
    },
    {
      name: 'product-does-not-know-tests',
      severity: 'error',
      from: {path: '^(src|screens|components)/'},
      to: {path: '^test/'},
    },
  ],
  options: {
    doNotFollow: {path: 'node_modules'},
    tsPreCompilationDeps: true,
    tsConfig: {fileName: 'tsconfig.json'},
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      extensions: ['.ts', '.tsx', '.js', '.d.ts'],
    },
  },
};
