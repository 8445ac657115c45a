/** Text of a shader with its imports linked in (see .tools/wgsl-link.ts). */
declare module '*.wgsl?link' {
  const code: string;
  export default code;
}
