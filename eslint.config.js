import tseslint from 'typescript-eslint';

/** What may be imported from where, beyond what test/repository checks: those tests know the order of modules. */
const doors = (...patterns) => ({ 'no-restricted-imports': ['error', { patterns }] });

export default tseslint.config(
  { ignores: ['node_modules/', 'dist/', 'var/', 'test-artefacts/', 'workbench/**', '**/*.mjs', '**/*.js'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  {
    files: ['**/*.ts', '**/*.tsx'],
    extends: [tseslint.configs.base],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { arguments: false } }],
      '@typescript-eslint/await-thenable': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-unsafe-argument': 'error',
      '@typescript-eslint/no-unsafe-assignment': 'error',
      '@typescript-eslint/no-unsafe-call': 'error',
      '@typescript-eslint/no-unsafe-member-access': 'error',
      '@typescript-eslint/no-unsafe-return': 'error',
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/only-throw-error': 'error',
      '@typescript-eslint/return-await': ['error', 'in-try-catch'],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      'no-restricted-exports': ['error', { restrictDefaultExports: { direct: true, named: true, defaultFrom: true } }],
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-var': 'error',
      'prefer-const': 'error',
      'no-console': 'error',
    },
  },
  {
    files: ['src/kernel/**', 'src/calendar/**'],
    rules: doors({
      group: ['**/modules/**', '**/portal/**', '**/commands/**'],
      message: 'The kernel and the calendar know no government.',
    }),
  },
  {
    files: ['src/modules/**'],
    ignores: ['src/modules/**/*.test.ts'],
    rules: doors({
      group: ['**/portal/**', '**/commands/**', '**/app.ts', '**/start.ts', '**/main.ts'],
      message: 'A module does not know who shows or starts it.',
    }),
  },
  {
    files: ['src/modules/*/contract*.ts'],
    rules: doors({
      regex: '^(node:|fastify|pg$)|/kernel/(?!endpoint)|/store|/routes',
      message: 'A contract is read by browsers: zod, kernel/endpoint and own rules only.',
    }),
  },
  {
    // Vitest, Vite and their kind ask for a default export; tools at the terminal may print.
    files: ['*.config.ts', 'test/support/global-setup.ts', 'bench/**', '**/*.test.ts'],
    rules: { 'no-restricted-exports': 'off', 'no-console': 'off' },
  },
);
