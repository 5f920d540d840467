// Addresses of these pages, and the ones that are left to the server.

import { expect, it } from 'vitest';
import { route_of } from '../src/route.ts';

it.each([
  ['/', { page: 'home', camera: false }],
  ['/#scan', { page: 'home', camera: true }],
  ['/C/abc', { page: 'scan', code: 'ABC' }],
  ['/c/ABC?from=x', { page: 'scan', code: 'ABC' }],
  ['/records', { page: 'records' }],
  ['/v/aB-_', { page: 'receipt', receipt: 'aB-_' }],
  ['/login', { page: 'login', back: '/' }],
  ['/login?back=%2FC%2FABC', { page: 'login', back: '/C/ABC' }],
  ['/login?back=%2Flogin', { page: 'login', back: '/' }],
  ['/login?back=%E0%A4%A', { page: 'login', back: '/' }],
  ['/console/', null],
  ['/docs', null],
])('reads %s', (address, route) => {
  expect(route_of(address)).toEqual(route);
});
