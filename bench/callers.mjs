// Callers in a thread of their own, so that asking does not compete with answering in one event loop.
import { randomUUID } from 'node:crypto';
import { Agent, request } from 'node:http';
import { parentPort, workerData } from 'node:worker_threads';

const { port, cookie, paths, callers } = workerData;
const agent = new Agent({ keepAlive: true, maxSockets: callers });
const waiting = [...paths];
const times = [];

function post(path) {
  return new Promise((resolve, reject) => {
    const headers = { cookie, 'content-type': 'application/json', 'idempotency-key': randomUUID() };
    const sent = request({ host: '127.0.0.1', port, path, method: 'POST', agent, headers }, (answer) => {
      const pieces = [];
      answer.on('data', (piece) => pieces.push(piece));
      answer.on('end', () => {
        if (answer.statusCode === 200) resolve();
        else reject(new Error(`${answer.statusCode}: ${Buffer.concat(pieces).toString('utf8').slice(0, 500)}`));
      });
    });
    sent.on('error', reject);
    sent.end('{}');
  });
}

async function caller() {
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    const from = performance.now();
    await post(path);
    times.push(performance.now() - from);
  }
}

const from = performance.now();
await Promise.all(Array.from({ length: callers }, caller));
parentPort.postMessage({ ms: performance.now() - from, times });
agent.destroy();
