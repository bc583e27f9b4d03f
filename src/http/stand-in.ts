/** Objects that stand for a `Request` or `Response` until the genuine one is needed. */

type Class = abstract new (...given: never[]) => object;

/** What a stand-in class is completed with. */
export interface StandIn<Lazy> {
  /** The class of the platform that is stood in for. */
  readonly genuineClass: Class;
  /** An object of it: its symbols are handed on too, with them Node 20 and 22 read its state. */
  readonly sample: object;
  /** The genuine object behind a stand-in. */
  readonly genuineOf: (lazy: Lazy) => object;
}

/**
 * Gives `lazyClass` every member that it lacks, answered by the genuine object, and makes its objects instances of
 * the genuine class.
 *
 * @example
 * class Answer {
 *   readonly genuine = new Response("made late");
 *   readonly status = 200;
 * }
 * completeStandIn(Answer, { genuineClass: Response, sample: new Response(), genuineOf: (answer) => answer.genuine });
 */
export function completeStandIn<Lazy extends object>(
  lazyClass: new (...given: never[]) => Lazy,
  { genuineClass, sample, genuineOf }: StandIn<Lazy>,
): void {
  const own = lazyClass.prototype as object;
  const theirs = genuineClass.prototype as object;
  for (const key of [...Reflect.ownKeys(theirs), ...Object.getOwnPropertySymbols(sample)]) {
    if (Object.hasOwn(own, key) || key === Symbol.toStringTag) continue;
    const isMethod = typeof Object.getOwnPropertyDescriptor(theirs, key)?.value === "function";
    Object.defineProperty(own, key, isMethod ? methodFor(key, genuineOf) : getterFor(key, genuineOf));
  }
  Object.setPrototypeOf(own, theirs);
}

function methodFor<Lazy>(key: PropertyKey, genuineOf: (lazy: Lazy) => object): PropertyDescriptor {
  return {
    value(this: Lazy, ...given: unknown[]): unknown {
      const genuine = genuineOf(this);
      return (Reflect.get(genuine, key) as (...all: unknown[]) => unknown).apply(genuine, given);
    },
  };
}

function getterFor<Lazy>(key: PropertyKey, genuineOf: (lazy: Lazy) => object): PropertyDescriptor {
  return {
    get(this: Lazy): unknown {
      return Reflect.get(genuineOf(this), key);
    },
  };
}
