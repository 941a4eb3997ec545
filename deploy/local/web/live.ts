/** What happens at the endpoint, as it happens: SMS and events, by server-sent events. */
import type { LogView } from './log-view.ts';
import type { PageEvent } from './page-protocol.ts';
import type { Phone } from './phone.ts';

export function follow(phone: Phone, log: LogView): void {
  const events = new EventSource('/events');
  events.addEventListener('message', ({ data }) => {
    const event: PageEvent = JSON.parse(data);
    switch (event.kind) {
      case 'start':
        phone.clear();
        log.clear();
        return;
      case 'sms':
        phone.receive(event.sms);
        return;
      case 'cleared':
        phone.clear(event.to);
        return;
      case 'log':
        log.add(event.entry);
    }
  });
}
