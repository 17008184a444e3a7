import type {S3Options, StoreAddress} from '../store/address.ts';

/** One Airflow installation in profiles.ini: its API and its hosts. */
export type Profile = {
  readonly name: string;
  readonly api?: ApiAddress;
  readonly hosts: readonly HostAddress[];
  /** How a command becomes one of root or of the Airflow user. */
  readonly become: 'sudo' | 'su' | 'none';
  /** For sudo on the hosts, where a rule wants one. */
  readonly becomePassword?: Secret;
  /** The Airflow user of the hosts. Default: the user of the units. */
  readonly runAs?: string;
  /** The DAGs' working folder: a volume to watch. */
  readonly data?: string;
  /** Default: found from the units. */
  readonly airflowHome?: string;
  /** Where logs are archived. */
  readonly archive?: StoreAddress;
  readonly s3?: S3Options;
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
  /** The certificate that windsock shows, and its private key; one PEM file may hold both. */
  readonly clientCertificate?: {readonly certFile: string; readonly keyFile: string};
  readonly proxy?: HttpProxy;
};

/** What stands between this machine and the API, and passes on what is asked. */
export type HttpProxy = {
  /** `http://` or `https://`, without a login. */
  readonly url: string;
  /** "USER:PASSWORD", as in the address that the environment gives. */
  readonly login?: Secret;
};

/**
 * A function, so that no printing of a profile shows it. `fresh` says that the last value is no longer good: what was
 * remembered must not be given again. Throws `Problem` (`profile.secret`).
 */
export type Secret = (wanted?: {readonly fresh: boolean}) => Promise<string>;

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
      /** As the profile names it: perhaps an alias of the user's ssh configuration. */
      readonly host: string;
      /** Default: what the ssh configuration says, else 22. */
      readonly port?: number;
      /** Default: what the ssh configuration says, else the user of this machine. */
      readonly user?: string;
      readonly password?: Secret;
      /** Private keys to offer; empty: those that ssh would. */
      readonly identityFiles: readonly string[];
      /** Empty: those that ssh would read. */
      readonly knownHostsFiles: readonly string[];
      /** In place of ~/.ssh/config, as `ssh -F`; "none": no configuration counts. */
      readonly configFile?: string;
      /** Path of the agent's socket. */
      readonly agent?: string;
    };
