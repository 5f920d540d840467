// Where the page begins: the browser as a platform, what the server wrote into the shell, and the app over both.
// Nothing is decided here.

import { createApp } from 'vue';
import './styles/tokens.css';
import './styles/base.css';
import './styles/action.css';
import { read_boot } from './boot.ts';
import { CONTEXT } from './context.ts';
import { page_of } from './pages.ts';
import { browser_platform } from './platform.ts';
import { start } from './start.ts';
import { remember_preferences } from './preferences.ts';

const platform = browser_platform(window, () => document.documentElement.lang);
const preferences = remember_preferences(platform.storage, document.documentElement);
const context = start(window, platform, preferences, read_boot(document));

createApp(() => page_of(context.navigation))
  .provide(CONTEXT, context)
  .mount('#app');
