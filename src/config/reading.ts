import type {ConfigDocument, ConfigOption} from './document.ts';
import {expandEnvVar} from './expand.ts';
import {interpolate, referredOptions} from './interpolate.ts';
import {hasCommand, isSecret} from './secret-options.ts';
import type {ConfigSources, UnitEnvironment, VariableOrigin} from './sources.ts';

/** What one unit reads for one option. */
export type Reading = {
  /** Undefined: `unknown` says why. */
  readonly value: string | undefined;
  readonly unknown?: string;
  readonly source:
    | {readonly kind: 'environment'; readonly variable: string; readonly from: VariableOrigin}
    | {readonly kind: 'file'; readonly line: number};
  /** A secret option is in it by %(name)s. */
  readonly refersToSecret?: true;
};

export type VariableName = {readonly section: string; readonly option: string};

/** The option that a variable names: AIRFLOW__{SECTION}__{OPTION}, as Airflow itself splits it. Case as it stands. */
export function optionOfVariable(variable: string, document: ConfigDocument | undefined): VariableName | undefined {
  const [, section, option] = /^AIRFLOW__(.+?)__(.+)$/.exec(variable) ?? [];
  if (section === undefined || option === undefined) return undefined;
  // The dots and dashes of a section are underscores in the variable; the file knows which.
  const inFile = [...(document?.index.keys() ?? [])].find(name => inVariable(name) === section);
  return {section: inFile ?? section.toLowerCase(), option: option.toLowerCase()};
}

const inVariable = (name: string) => name.replace(/[.-]/g, '_').toUpperCase();

/** Reads options as one unit does (precedence of Airflow 1.10 to 3.3): environment, its _CMD and _SECRET, file, its _cmd and _secret. */
export class Reader {
  readonly #environment: UnitEnvironment;
  readonly #sources: ConfigSources;

  constructor(environment: UnitEnvironment, sources: ConfigSources) {
    this.#environment = environment;
    this.#sources = sources;
  }

  read(section: string, option: string): Reading | undefined {
    return (
      this.#variable(section, option) ??
      this.#indirect(section, option, suffix => this.#variable(section, `${option}_${suffix}`)) ??
      this.file(section, option) ??
      this.#indirect(section, option, suffix => this.file(section, `${option}_${suffix}`))
    );
  }

  /** The plain value of the file, though the environment may hide it. */
  file(section: string, option: string): (Reading & {readonly source: {readonly kind: 'file'}}) | undefined {
    const {document} = this.#sources;
    const found = document?.index.get(section)?.get(option);
    if (!document || !found) return undefined;
    const refersToSecret = [...referredOptions(document, section, option)].some(name => isSecret(section, name, ''));
    return {
      ...this.#interpolated(document, found),
      source: {kind: 'file', line: found.line},
      ...(refersToSecret && {refersToSecret}),
    };
  }

  #interpolated(
    document: ConfigDocument,
    {section, name}: ConfigOption,
  ): {value: string | undefined; unknown?: string} {
    const read = interpolate(document, section, name);
    if (read === undefined || 'error' in read)
      return {value: undefined, unknown: `Airflow cannot read it: ${read?.text}`};
    return {value: this.#expand(read.value)};
  }

  #variable(section: string, option: string): Reading | undefined {
    const name = `AIRFLOW__${inVariable(section)}__${option.toUpperCase()}`;
    const variable = this.#environment.variables.get(name);
    // A variable that is set but empty counts as set.
    return (
      variable && {
        value: this.#expand(variable.value),
        source: {kind: 'environment', variable: name, from: variable.from},
      }
    );
  }

  #indirect(
    section: string,
    option: string,
    at: (suffix: 'cmd' | 'secret') => Reading | undefined,
  ): Reading | undefined {
    if (!hasCommand(section, option)) return undefined;
    const command = at('cmd');
    if (command) return {value: undefined, unknown: 'a command prints it', source: command.source};
    const secret = at('secret');
    return secret && {value: undefined, unknown: 'a secrets backend holds it', source: secret.source};
  }

  #expand(value: string): string {
    const {variables} = this.#environment;
    return expandEnvVar(value, {variable: name => variables.get(name)?.value, homes: this.#sources.homes});
  }
}
