// What the bundler gives and TypeScript does not know by itself.
// Types only.
declare module '*.wasm?url' {
  const address: string;
  export default address;
}
