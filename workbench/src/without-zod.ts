/**
 * Stands in for zod in the browser. A contract builds its schemas when it is loaded, but the workbench needs only
 * its method and path: every call and every property answers the same inert thing. Types still come from zod itself.
 */
const inert: unknown = new Proxy(() => inert, {
  get: (_, name) => (name === Symbol.iterator ? undefined : inert),
  apply: () => inert,
});

export const z = inert;
