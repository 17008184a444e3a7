/** One Airflow installation in profiles.ini: its API and its hosts. */
export type Profile = {
  readonly name: string;
  readonly api?: ApiAddress;
  readonly hosts: readonly HostAddress[];
  /** How a command becomes one of root or of the Airflow user. */
  readonly become: 'sudo' | 'none';
  /** The Airflow user of the hosts. Default: the user of the units. */
  readonly runAs?: string;
  /** The DAGs' working folder: a volume to watch. */
  readonly data?: string;
  /** Default: found from the units. */
  readonly airflowHome?: string;
  /** Every operation is confirmed by typing the profile's name; the header is red. */
  readonly protect: boolean;
  readonly readOnly: boolean;
};

export type ApiAddress = {
  /** Without `/api/v1`; a path prefix is kept; no trailing slash. */
  readonly url: string;
  readonly login: Login;
  readonly timeoutMs: number;
  /** Certificates of authorities to trust beside the system's, PEM. */
  readonly caFile?: string;
  /** Certificates are not verified. */
  readonly insecure: boolean;
};

/** A function, so that no printing of a profile shows it. Throws `Problem` (`profile.secret`). */
export type Secret = () => Promise<string>;

export type Login =
  | {readonly kind: 'none'}
  | {readonly kind: 'password'; readonly user: string; readonly password: Secret}
  | {readonly kind: 'token'; readonly token: Secret};

export type HostAddress =
  | {readonly kind: 'local'; readonly name: string}
  | {
      readonly kind: 'ssh';
      /** As it is shown: the host's name. */
      readonly name: string;
      readonly host: string;
      readonly port: number;
      readonly user: string;
      readonly password?: Secret;
      /** Private keys to offer; empty: those of ~/.ssh that exist. */
      readonly identityFiles: readonly string[];
      readonly knownHostsFiles: readonly string[];
      /** Path of the agent's socket. */
      readonly agent?: string;
    };
