/** The code screen has an entry of its own in the browser's history: Back leads to the number, and not off the page. */

const CODE_SCREEN = 'code-screen';

/** @param onBack the browser has left the code screen's entry */
export function followBackButton(onBack: () => void): void {
  window.addEventListener('popstate', () => {
    // Forward would lead to a sign-in that was given up.
    if (history.state === CODE_SCREEN) history.back();
    else onBack();
  });
}

export function enterCodeScreen(): void {
  if (history.state !== CODE_SCREEN) history.pushState(CODE_SCREEN, '');
}

export function leaveCodeScreen(): void {
  if (history.state === CODE_SCREEN) history.back();
}
