// Two buttons that come with the mouse or the keyboard's focus and leave with them: full screen, and dark or light.
// It must not know how either is done.
import { words } from '../words';
import { bilingual, element } from './element';

export function createControls(fullScreen: () => void, theme: () => void): HTMLElement {
  const button = (name: keyof typeof words, key: string, act: () => void): HTMLElement => {
    const label = bilingual('span', '');
    label.say(words[name]);
    const made = element('button', '', label.node, element('kbd', '', key));
    made.type = 'button';
    made.addEventListener('click', act);
    // Two quick clicks on a button are two clicks, not a wish for full screen.
    made.addEventListener('dblclick', (event) => event.stopPropagation());
    return made;
  };
  return element('nav', 'controls', button('fullScreen', 'F', fullScreen), button('theme', 'D', theme));
}
