// Light, dark, or as the system has it. The choice stays in this browser.
// It must not know any colour: the tokens follow the class on the root element.
import { ref, watchEffect } from 'vue';

export const themes = ['auto', 'light', 'dark'] as const;
export type Theme = (typeof themes)[number];

const kept = 'zaichang.console.theme';

export const theme = ref<Theme>(recall());

export function choose(chosen: Theme): void {
  theme.value = chosen;
  try {
    localStorage.setItem(kept, chosen);
  } catch {
    // A browser that keeps nothing follows the system next time.
  }
}

/** Puts the theme on the root element and follows the system while the choice says so. */
export function wearTheme(): void {
  const system = matchMedia('(prefers-color-scheme: dark)');
  const systemDark = ref(system.matches);
  system.addEventListener('change', (event) => (systemDark.value = event.matches));
  watchEffect(() => {
    const dark = theme.value === 'dark' || (theme.value === 'auto' && systemDark.value);
    document.documentElement.classList.toggle('dark', dark);
    document.documentElement.classList.toggle('light', !dark);
  });
}

function recall(): Theme {
  try {
    const found = localStorage.getItem(kept);
    return themes.find((theme) => theme === found) ?? 'auto';
  } catch {
    return 'auto';
  }
}
