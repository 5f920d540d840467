// Dark or light: as the system says, until the user chooses; the choice is kept where the browser allows it.
// It must not know what the colours are.

const KEY = 'zaichang.theme';
type Theme = 'dark' | 'light';

export function createTheme(root: HTMLElement): { toggle(): void } {
  const system = matchMedia('(prefers-color-scheme: dark)');
  let chosen = kept();

  const current = (): Theme => chosen || (system.matches ? 'dark' : 'light');
  const show = (): void => void (root.dataset.theme = current());
  // The older form: browsers of the target's age know no other.
  system.addListener(show);
  show();

  return {
    toggle() {
      chosen = current() === 'dark' ? 'light' : 'dark';
      show();
      try {
        localStorage.setItem(KEY, chosen);
      } catch {
        // It holds until the page is left.
      }
    },
  };
}

function kept(): Theme | null {
  try {
    const value = localStorage.getItem(KEY);
    return value === 'dark' || value === 'light' ? value : null;
  } catch {
    return null;
  }
}
