import type { Logger } from 'pino';
import { maskPhone } from './personal-data.ts';

export interface Message {
  /** The same key is never sent twice by a gateway that remembers keys: deliveries may be repeated. */
  key: string;
  channel: 'sms' | 'email';
  /** A phone number or an address. */
  to: string;
  title: string;
  text: string;
}

/** A way to reach people outside the platform. The county's gateway for SMS and e-mail stands behind `http`; `log` is for trial. */
export interface Messenger {
  send(message: Message): Promise<void>;
}

/** Writes that a message would go out, without what it says. */
export function logMessenger(log: Logger): Messenger {
  return {
    async send({ key, channel, to, text }) {
      const masked = channel === 'sms' ? maskPhone(to) : to.replace(/^[^@]+/, '***');
      log.info({ key, channel, to: masked, characters: text.length }, 'message not sent: no gateway is configured');
    },
  };
}

/**
 * POSTs `{key, channel, to, title, text}` as JSON to a gateway, which answers 2xx when it has taken the message over. Anything else
 * throws, and the outbox tries again later.
 */
export function httpMessenger(url: string, send: typeof fetch = fetch): Messenger {
  return {
    async send(message) {
      const answer = await send(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'idempotency-key': message.key },
        body: JSON.stringify(message),
        signal: AbortSignal.timeout(10_000),
      });
      if (!answer.ok) throw new Error(`message gateway answered ${answer.status}`);
    },
  };
}
