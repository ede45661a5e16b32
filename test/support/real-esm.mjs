// Mocha requires test files where Node can require ES modules. tsx would then compile them to CommonJS, and load a second
// copy of every module that lib loads by `import()`. Without this flag Mocha imports them, as users import the package.
Object.defineProperty(process.features, "require_module", { value: false })
