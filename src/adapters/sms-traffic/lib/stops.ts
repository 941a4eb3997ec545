import { ALL_PLACES, type Stop } from '../../../domain/ports/sms-traffic.ts';

/** What the places that are stopped mean for one of them. */
export function stopOf(place: string, stopped: ReadonlySet<string>): Stop | undefined {
  if (stopped.has(ALL_PLACES)) {
    return 'all';
  }
  return stopped.has(place) ? 'place' : undefined;
}
