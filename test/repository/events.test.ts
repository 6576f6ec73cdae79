import ts from 'typescript';
import { expect, it } from 'vitest';
import { modules } from '../../src/modules.ts';
import { lineOf, literalsIn, sourcesBelow, visit } from './source.ts';

/**
 * Events nobody listens to yet, each with the room it is published for. An entry that gets a subscriber must leave the list.
 */
const deliberatelyUnconsumed: Readonly<Record<string, string>> = {
  'task.moved': 'module plans re-reads the dates of its ledger',
};

const published = new Map<string, string>();
const unreadable: string[] = [];
for (const file of sourcesBelow('src')) {
  visit(file, (node) => {
    if (
      !ts.isCallExpression(node) ||
      !ts.isPropertyAccessExpression(node.expression) ||
      node.expression.name.text !== 'publish'
    )
      return;
    const [topic] = node.arguments;
    const place = `${file.path}:${lineOf(file, node)}`;
    const found = topic === undefined ? [] : literalsIn(topic).filter((text) => /^[a-z]+\.[A-Za-z]+$/.test(text));
    if (found.length === 0) unreadable.push(place);
    for (const one of found) published.set(one, place);
  });
}
const subscribers = modules.flatMap((module) => module.subscribers ?? []);
const consumed = new Set(subscribers.map((subscriber) => subscriber.topic));

it('every published event is heard by somebody, or is listed with the reason', () => {
  const unheard = [...published].filter(
    ([topic]) => !consumed.has(topic) && deliberatelyUnconsumed[topic] === undefined,
  );
  expect(unheard.map(([topic, place]) => `${topic} (${place})`)).toEqual([]);
});

it('the list of unheard events is true', () => {
  expect(Object.keys(deliberatelyUnconsumed).filter((topic) => consumed.has(topic) || !published.has(topic))).toEqual(
    [],
  );
});

it('nobody listens for an event that is never published', () => {
  expect([...consumed].filter((topic) => !published.has(topic))).toEqual([]);
});

it('topics are written where they are published', () => {
  expect(unreadable).toEqual([]);
});

it('subscribers and jobs have names of their own', () => {
  const names = [
    ...subscribers.map((subscriber) => subscriber.name),
    ...modules.flatMap((module) => module.jobs ?? []).map((job) => job.name),
  ];
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
});
