import { QueryClient, VueQueryPlugin, QueryCache } from '@tanstack/vue-query';
import { createApp } from 'vue';
import { CallError } from '../../src/kernel/call.ts';
import App from './app.vue';
import { router } from './router.ts';
import { forgetSession } from './session.ts';
// Narrow screens come last: they overrule.
import './styles/frame.css';
import './styles/controls.css';
import './styles/blocks.css';
import './styles/pages.css';
import './styles/narrow.css';

const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 10_000,
      // A refusal is an answer; only a lost connection is worth asking again.
      retry: (count, error) => !(error instanceof CallError && error.problem.status !== 503) && count < 2,
    },
  },
  queryCache: new QueryCache({
    onError: (error) => {
      if (!(error instanceof CallError) || error.problem.status !== 401) return;
      forgetSession();
      void router.push({ path: '/sign-in', query: { to: router.currentRoute.value.fullPath } });
    },
  }),
});

// A page of before an update asks for parts that are gone: the new page has them.
window.addEventListener('vite:preloadError', () => window.location.reload());

createApp(App).use(router).use(VueQueryPlugin, { queryClient }).mount('#app');
