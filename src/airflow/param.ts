/** A parameter of a DAG: what its trigger form asks for. */
export type Param = {
  readonly name: string;
  readonly description?: string;
  readonly type: 'string' | 'integer' | 'number' | 'boolean' | 'array' | 'object' | 'any';
  /** Null is allowed as a value. */
  readonly nullable: boolean;
  /** Absent where the DAG gives none: then a run without a value is refused. */
  readonly value?: unknown;
  readonly required: boolean;
  readonly choices?: readonly unknown[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  /** A regular expression of Python's dialect, searched for anywhere in the value. */
  readonly pattern?: string;
};
