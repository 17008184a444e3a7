/** A variable, with what hides a secret in it done already: as 3.3 shows it. */
export type DemoVariable = {readonly key: string; readonly value: string; readonly description: string | null};

/** In the order in which somebody made them. */
export const demoVariables: readonly DemoVariable[] = [
  {key: 'environment', value: 'demo', description: 'Which installation this is'},
  {key: 'region', value: 'eu-central-1', description: null},
  {key: 'warehouse_schema', value: 'analytics', description: 'Schema that the loads write to'},
  {key: 'etl_batch_size', value: '5000', description: null},
  {key: 'etl_max_attempts', value: '3', description: null},
  {
    key: 'partner_feed',
    value: '{"host": "sftp.partner.example.com", "port": 22, "user": "feed", "password": "***"}',
    description: 'Where the partner leaves its files',
  },
  {key: 'partner_api_key', value: '***', description: 'Renewed each January'},
  {key: 'slack_webhook_token', value: '***', description: null},
  {key: 'report_recipients', value: 'finance@example.com, ops@example.com', description: null},
  {key: 'ml_model_version', value: '2026-10-01', description: 'Set by ml_train'},
  {
    key: 'ml_features',
    value: '{\n  "window_days": 28,\n  "holidays": true,\n  "columns": ["price", "stock", "weather"]\n}',
    description: null,
  },
  {key: 'geo_tile_zoom', value: '12', description: null},
  {key: 'maintenance_window', value: 'Sun 02:00-04:00', description: 'Nobody is called then'},
];
