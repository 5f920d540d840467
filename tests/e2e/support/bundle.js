// Reads a built page's scripts and styles for what a given Chromium does not know. It must not run them.

import ts from 'typescript';
import { newerThan } from './newer.js';

/** @param {string} text @param {(node: ts.Node) => void} visit */
function walk(text, visit) {
  const file = ts.createSourceFile('bundle.js', text, ts.ScriptTarget.Latest, true, ts.ScriptKind.JS);
  const all = (/** @type {ts.Node} */ node) => {
    visit(node);
    ts.forEachChild(node, all);
  };
  all(file);
}

const around = (/** @type {ts.Node} */ node) => node.getText().slice(0, 80);

/** By kind of node: what it is called, and the Chromium that first read it. @type {[(node: ts.Node) => boolean, string, number][]} */
const SYNTAX = [
  [(node) => ts.isClassStaticBlockDeclaration(node), 'static block', 94],
  [(node) => ts.isPropertyDeclaration(node), 'class field', 72],
  [(node) => ts.isPrivateIdentifier(node) && ts.isBinaryExpression(node.parent), '#name in', 91],
  [(node) => ts.isPrivateIdentifier(node), 'private name', 84],
  [(node) => node.kind === ts.SyntaxKind.QuestionDotToken, '?.', 80],
  [(node) => node.kind === ts.SyntaxKind.QuestionQuestionToken, '??', 80],
  [
    (node) =>
      node.kind === ts.SyntaxKind.BarBarEqualsToken ||
      node.kind === ts.SyntaxKind.AmpersandAmpersandEqualsToken ||
      node.kind === ts.SyntaxKind.QuestionQuestionEqualsToken,
    'logical assignment',
    85,
  ],
  [(node) => ts.isBigIntLiteral(node), 'BigInt', 67],
  [(node) => ts.isCatchClause(node) && !node.variableDeclaration, 'catch without a name', 66],
  [(node) => ts.isAwaitExpression(node) && isTopLevel(node), 'await outside a function', 89],
  [(node) => ts.isRegularExpressionLiteral(node) && /\/[a-z]*d[a-z]*$/.test(node.text), 'flag d', 90],
  [(node) => ts.isRegularExpressionLiteral(node) && /\/[a-z]*v[a-z]*$/.test(node.text), 'flag v', 112],
];

/** @param {ts.Node} node */
function isTopLevel(node) {
  for (let up = node.parent; up; up = up.parent) if (ts.isFunctionLike(up)) return false;
  return true;
}

/** @param {string} text @param {number} chromium @returns {string[]} */
export function newerSyntax(text, chromium) {
  /** @type {string[]} */ const found = [];
  walk(text, (node) => {
    for (const [is, name, since] of SYNTAX)
      if (since > chromium && is(node)) found.push(`${name} (${since}): ${around(node.parent)}`);
  });
  return found;
}

/** A method that hands on to its namesake exists only in browsers with it. @param {ts.Node} node @param {string} name */
function isInNamesake(node, name) {
  for (let up = node.parent; up; up = up.parent)
    if (ts.isMethodDeclaration(up) && up.name.getText() === name) return true;
  return false;
}

/** What is asked for where it is known to be there: `typeof x`, and what is brought along where it is missing. @param {ts.Node} node */
function isAskedFirst(node) {
  const whole = ts.isPropertyAccessExpression(node.parent) ? node.parent : node;
  return ts.isTypeOfExpression(whole.parent);
}

/** @param {string} text @param {number} chromium @returns {string[]} */
export function newerCalls(text, chromium) {
  const { called, named } = newerThan(chromium);
  /** @type {string[]} */ const found = [];
  walk(text, (node) => {
    if (ts.isCallExpression(node) && ts.isPropertyAccessExpression(node.expression)) {
      const name = node.expression.name.text;
      if (called.includes(name) && !isInNamesake(node, name)) found.push(`${name}(): ${around(node)}`);
    }
    const path = ts.isPropertyAccessExpression(node)
      ? node.getText()
      : ts.isIdentifier(node) && !ts.isPropertyAccessExpression(node.parent)
        ? node.text
        : '';
    if (named.includes(path) && !isAskedFirst(node)) found.push(`${path}: ${around(node.parent)}`);
  });
  return found;
}

/** Selectors that make an old browser leave out the whole rule, and values without which a page falls apart. @type {[RegExp, string, number][]} */
const STYLES = [
  [/:(?:is|where)\(/, ':is()', 88],
  [/:not\([^()]*,/, ':not() of several', 88],
  [/:has\(/, ':has()', 105],
  [/:focus-visible[^{}]*,|,[^{}]*:focus-visible/, ':focus-visible beside others', 86],
  [/[;{]aspect-ratio:/, 'aspect-ratio', 88],
  [/[;{]inset:/, 'inset', 87],
  [/@(?:container|layer|property|scope)\b/, 'a newer at-rule', 99],
  [/color-mix\(|oklch\(|light-dark\(/, 'a newer colour', 111],
  [/@media[^{]*[<>]/, 'a range of widths', 104],
  [/[;{](?:rotate|scale|translate):/, 'a transform of its own', 104],
  [/[{};]\s*&|[{}]\s*>/, 'nesting', 112],
];

/** @param {string} text @param {number} chromium @returns {string[]} */
export function newerStyles(text, chromium) {
  return STYLES.filter(([, , since]) => since > chromium).flatMap(([sign, name, since]) => {
    const at = text.search(sign);
    return at < 0 ? [] : [`${name} (${since}): ${text.slice(Math.max(0, at - 30), at + 50)}`];
  });
}
