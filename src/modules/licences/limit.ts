import type { FastifyRequest } from 'fastify';
import { AppError } from '../../kernel/errors.ts';
import { msBetween, type Clock, type Instant } from '../../kernel/time.ts';

/**
 * Verifying is open to everybody and costs work: so many questions a minute from one address. In memory: whoever spreads
 * over several processes gets a few more, and nothing about who asked is kept.
 */
export function rateLimit(
  clock: Clock,
  most: number,
  windowMs = 60_000,
): (request: Pick<FastifyRequest, 'ip'>) => void {
  let began: Instant = clock.now();
  let counts = new Map<string, number>();
  return ({ ip }) => {
    const now = clock.now();
    const age = msBetween(began, now);
    if (age >= windowMs || age < 0) {
      began = now;
      counts = new Map();
    }
    const count = (counts.get(ip) ?? 0) + 1;
    counts.set(ip, count);
    if (count > most) throw new AppError('TOO_MANY_REQUESTS');
  };
}
