/** Vite makes a worker's constructor of an import that ends in `?worker`. */
declare module "monaco-editor/esm/vs/editor/editor.worker.js?worker" {
  const EditorWorker: new () => Worker;
  export default EditorWorker;
}
declare module "monaco-editor/esm/vs/language/json/json.worker.js?worker" {
  const JsonWorker: new () => Worker;
  export default JsonWorker;
}
declare module "monaco-graphql/esm/graphql.worker.js?worker" {
  const GraphQLWorker: new () => Worker;
  export default GraphQLWorker;
}
