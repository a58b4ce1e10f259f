// What Relay's network hands on of an answer, in parts or whole: the lines for it are in README.md.

type Path = (string | number)[];
type Problem = { message: string; path?: Path };
type Payload = { data?: unknown; errors?: Problem[]; path?: Path; label?: string; extensions?: object };
type Part = Payload & {
  pending?: { id: string; path: Path; label?: string }[];
  incremental?: { path: Path; data: object; errors?: Problem[] }[];
  completed?: { id: string; errors?: Problem[] }[];
};

/**
 * The payloads as they come. Parts leave out what the answer has already, while Relay wants all fields of a deferred
 * fragment: so parts are put into the answer, and what is handed on is all that stands there at the fragment's path.
 * A fragment that failed is left out, for Relay would give up the whole operation.
 */
export async function* payloads(reply: Response): AsyncGenerator<Payload> {
  if (!reply.headers.get('content-type')?.startsWith('multipart/mixed')) {
    const whole = (await reply.json()) as Payload;
    yield { ...whole, extensions: { ...whole.extensions, is_final: true } }; // else Relay waits for what is deferred
    return;
  }
  const pending: Record<string, { path: Path; label?: string }> = {};
  const problems: Problem[] = [];
  let answer: unknown;
  for await (const part of parts(reply)) {
    for (const { id, ...fragment } of part.pending ?? []) pending[id] = fragment;
    if ('data' in part) {
      const { data, errors = [] } = part;
      answer = data;
      yield { data, errors };
    }
    for (const { path, data, errors = [] } of part.incremental ?? []) {
      Object.assign(below(answer, path), data);
      problems.push(...errors);
    }
    for (const { id, errors } of part.completed ?? []) {
      const { path, ...label } = pending[id]!;
      if (!errors) yield { path, ...label, data: below(answer, path), errors: within(path, problems) };
    }
  }
}

const below = (answer: unknown, path: Path): any => path.reduce((at: any, key) => at[key], answer);

const within = (place: Path, problems: Problem[]): Problem[] =>
  problems
    .filter(({ path = [] }) => place.every((key, at) => path[at] === key))
    .map((problem) => ({ ...problem, path: (problem.path ?? []).slice(place.length) }));

async function* parts(reply: Response): AsyncGenerator<Part> {
  const boundary = /boundary="?([^";]+)/.exec(reply.headers.get('content-type') ?? '')?.[1];
  const reader = reply.body!.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  for (let read = await reader.read(); !read.done; read = await reader.read()) {
    const pieces = (text + read.value).split(`\r\n--${boundary}`);
    text = pieces.pop() ?? '';
    for (const piece of pieces) {
      const head = piece.indexOf('\r\n\r\n');
      if (head >= 0) yield JSON.parse(piece.slice(head)) as Part;
    }
  }
}
