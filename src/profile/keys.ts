/** What a value of profiles.ini must look like. */
export type KeyKind =
  | 'text'
  /** Text that must never be shown, nor shortened by a comment. */
  | 'secret'
  /** SERVICE/ACCOUNT of the keyring. */
  | 'keyring'
  | 'url'
  | 'hosts'
  | 'user'
  | 'become'
  | 'yes-no'
  | 'seconds'
  /** A path on this machine: `~/` is the home, a relative path starts at the folder of profiles.ini. */
  | 'file'
  | 'files'
  /** An absolute path on the hosts. */
  | 'host-path'
  /** s3://BUCKET/PREFIX, a folder of this machine, or host:/FOLDER. */
  | 'store';

export type Key = {
  readonly name: string;
  readonly kind: KeyKind;
  /** Has a meaning only beside `api`, or only beside `hosts`. */
  readonly needs?: 'api' | 'hosts';
};

/** Every key of profiles.ini. docs/profiles.md lists the same ones; a test compares. */
export const keys = [
  {name: 'api', kind: 'url'},
  {name: 'user', kind: 'text', needs: 'api'},
  {name: 'password', kind: 'secret', needs: 'api'},
  {name: 'password_env', kind: 'text', needs: 'api'},
  {name: 'password_command', kind: 'text', needs: 'api'},
  {name: 'password_keyring', kind: 'keyring', needs: 'api'},
  {name: 'token', kind: 'secret', needs: 'api'},
  {name: 'token_env', kind: 'text', needs: 'api'},
  {name: 'token_command', kind: 'text', needs: 'api'},
  {name: 'token_keyring', kind: 'keyring', needs: 'api'},
  {name: 'ca_file', kind: 'file', needs: 'api'},
  {name: 'insecure', kind: 'yes-no', needs: 'api'},
  {name: 'client_cert', kind: 'file', needs: 'api'},
  {name: 'client_key', kind: 'file', needs: 'api'},
  {name: 'proxy', kind: 'text', needs: 'api'},
  {name: 'timeout_s', kind: 'seconds', needs: 'api'},
  {name: 'hosts', kind: 'hosts'},
  {name: 'identity_file', kind: 'files', needs: 'hosts'},
  {name: 'known_hosts', kind: 'files', needs: 'hosts'},
  {name: 'ssh_config', kind: 'file', needs: 'hosts'},
  {name: 'ssh_password', kind: 'secret', needs: 'hosts'},
  {name: 'ssh_password_env', kind: 'text', needs: 'hosts'},
  {name: 'ssh_password_command', kind: 'text', needs: 'hosts'},
  {name: 'ssh_password_keyring', kind: 'keyring', needs: 'hosts'},
  {name: 'run_as', kind: 'user', needs: 'hosts'},
  {name: 'become', kind: 'become', needs: 'hosts'},
  {name: 'become_password', kind: 'secret', needs: 'hosts'},
  {name: 'become_password_env', kind: 'text', needs: 'hosts'},
  {name: 'become_password_command', kind: 'text', needs: 'hosts'},
  {name: 'become_password_keyring', kind: 'keyring', needs: 'hosts'},
  {name: 'data', kind: 'host-path', needs: 'hosts'},
  {name: 'airflow_home', kind: 'host-path', needs: 'hosts'},
  {name: 'archive', kind: 'store', needs: 'hosts'},
  {name: 's3_endpoint', kind: 'url', needs: 'hosts'},
  {name: 's3_region', kind: 'text', needs: 'hosts'},
  {name: 'protect', kind: 'yes-no'},
  {name: 'read_only', kind: 'yes-no'},
] as const satisfies readonly Key[];

export type KeyName = (typeof keys)[number]['name'];

const byName = new Map<string, Key & {readonly name: KeyName}>(keys.map(key => [key.name, key]));

export const keyNamed = (name: string): (Key & {readonly name: KeyName}) | undefined => byName.get(name);
