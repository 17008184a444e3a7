/** What FastAPI says about one value of a request. */
export type Complaint = {
  readonly type: string;
  readonly loc: readonly (string | number)[];
  readonly msg: string;
  readonly input: unknown;
  readonly ctx?: Readonly<Record<string, unknown>>;
};

/** An answer other than success: thrown anywhere while a request is answered. */
export class Refusal extends Error {
  readonly status: number;
  /** The JSON of the answer; a string is text/plain. */
  readonly body: unknown;

  constructor(status: number, body: unknown) {
    super(`HTTP ${status}`);
    this.status = status;
    this.body = body;
  }
}

export const refuse = (status: number, detail: unknown): Refusal => new Refusal(status, {detail});

export const invalid = (...complaints: Complaint[]): Refusal => refuse(422, complaints);
