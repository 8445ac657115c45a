/** Text of a shader with its imports linked in (see .tools/wgsl-link.ts). */
declare module '*.wgsl?link' {
  const code: string;
  export default code;
}
/** Behaviour of the shop engine as WGSL, marked for `engine/prune.ts` (see .tools/shop-wgsl.ts). */
declare module '*/?wgsl' {
  const code: string;
  export default code;
}
