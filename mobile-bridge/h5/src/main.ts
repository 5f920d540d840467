// Where the page begins: the browser as a platform, what the server wrote into the shell, and the app over both.
// Nothing is decided here.

import { createApp } from 'vue';
import './styles/tokens.css';
import './styles/ground.css';
import './styles/action.css';
import { read_boot } from './boot.ts';
import { HERE } from './here.ts';
import { page_of } from './pages.ts';
import { browser_platform } from './platform.ts';
import { start } from './start.ts';
import { remember_taste } from './taste.ts';

const platform = browser_platform(window, () => document.documentElement.lang);
const taste = remember_taste(platform.storage, document.documentElement);
const here = start(window, platform, taste, read_boot(document));

createApp(() => page_of(here.navigation))
  .provide(HERE, here)
  .mount('#app');
