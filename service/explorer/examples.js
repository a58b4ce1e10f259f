// The worked examples, one file each in examples/, in the order of their file names. A file's first comment lines
// say what it shows.

const files = import.meta.glob('./examples/*.graphql', { query: '?raw', import: 'default', eager: true });

const titleOf = (name) => name[0] + name.slice(1).replace(/[A-Z]/g, (capital) => ` ${capital.toLowerCase()}`);

export const examples = Object.keys(files)
  .sort()
  .map((path) => {
    const query = files[path].trim();
    const [, name] = /^(?:query|mutation)\s+(\w+)/m.exec(query);
    const about = query.split('\n').filter((line) => line.startsWith('#'));
    return { title: titleOf(name), about: about.map((line) => line.slice(1).trim()).join(' '), query };
  });
