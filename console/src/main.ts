// Starts the console: styles in order, theme, router, page.
// It must not hold anything that a page's module could hold.
import { createApp } from 'vue';
import { VueQueryPlugin } from '@tanstack/vue-query';
import './look/element';
import './look/tokens.css';
import './look/element.css';
import './look/base.css';
import { wearTheme } from './look/theme';
import { queryClient } from './api/query';
import { router, watchSession } from './router';
import App from './App.vue';

wearTheme();
watchSession();
createApp(App).use(router).use(VueQueryPlugin, { queryClient }).mount('#console');
